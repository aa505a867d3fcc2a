// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bitvert/rtl_row.h"
#include "cosim/clocked_model.h"
#include "cosim/packed_bits.h"
#include "cosim/verilated_simulation.h"

namespace lacuna::bitvert {

/// A row as Verilator made it. Ports are packed as rtl/bitvert_pkg.sv says.
template <class Model, unsigned columns, unsigned sub_group>
class VerilatedRow final : public RtlRow {
 public:
  VerilatedRow(cosim::VerilatedSimulation& simulation, const std::string& name)
      : model_(simulation.context(), name.c_str()) {
    simulation.add(*model_.operator->());
  }

  void reset() override {
    model_->in_valid = 0;
    model_->out_ready = 0;
    model_.reset();
  }

  void drive(const ColumnTag& tag, const FetchedColumn& column, bool out_ready) override {
    model_->in_valid = tag.valid ? 1 : 0;
    model_->in_column = column.bits;
    model_->in_starts_pass = tag.starts_pass ? 1 : 0;
    model_->in_starts_accumulation = tag.starts_accumulation ? 1 : 0;
    model_->in_ends_accumulation = tag.ends_accumulation ? 1 : 0;
    model_->in_metadata =
        static_cast<CData>(column.metadata.redundant << 6 | column.metadata.constant);
    model_->in_header = static_cast<CData>((column.header.has_constants ? 2 : 0) |
                                           (column.header.subtracts_constants ? 1 : 0));
    model_->out_ready = out_ready ? 1 : 0;
    model_.settle();
  }

  void hold(const std::vector<PassOperands>& operands) override {
    for (unsigned c = 0; c < columns; ++c) {
      for (unsigned i = 0; i < pass_length; ++i) {
        activations_.set((c * pass_length + i) * activation_bits, activation_bits,
                         operands[c].activations[i]);
      }
      for (unsigned s = 0; s < sub_groups; ++s) {
        sub_group_sums_.set((c * sub_groups + s) * sum_bits, sum_bits,
                            operands[c].sub_group_sums[s]);
      }
      pass_sums_.set(c * pass_sum_bits, pass_sum_bits, operands[c].pass_sum);
    }
    cosim::assign(activations_, model_->in_activations);
    cosim::assign(sub_group_sums_, model_->in_sub_group_sums);
    cosim::assign(pass_sums_, model_->in_pass_sums);
  }

  RtlRowStatus status() override {
    RtlRowStatus status;
    status.in_ready = model_->in_ready != 0;
    status.out_valid = model_->out_valid != 0;
    status.accumulating = model_->accumulating != 0;
    status.working = model_->working != 0;
    status.working_constant = model_->working_constant != 0;
    status.working_lanes = model_->working_lanes;
    return status;
  }

  std::int32_t result(unsigned column) const override {
    return static_cast<std::int32_t>(cosim::word_of(model_->out_results, column));
  }

  void clock() override { model_.clock(); }

 private:
  static constexpr unsigned sub_groups = pass_length / sub_group;
  static constexpr unsigned activation_bits = 9;
  static constexpr unsigned sum_bits = sub_group == 4 ? 11 : sub_group == 8 ? 12 : 13;
  static constexpr unsigned pass_sum_bits = 13;

  cosim::ClockedModel<Model> model_;
  cosim::PackedBits activations_{std::size_t{columns} * pass_length * activation_bits};
  cosim::PackedBits sub_group_sums_{std::size_t{columns} * sub_groups * sum_bits};
  cosim::PackedBits pass_sums_{std::size_t{columns} * pass_sum_bits};
};

}  // namespace lacuna::bitvert
