// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bitvert/rtl_row.h"
#include "engine/verilated_row.h"

namespace lacuna::bitvert {

/// A row as Verilator made it. Ports are packed as rtl/bitvert_pkg.sv says.
template <class Model, unsigned columns, unsigned sub_group>
class VerilatedRtlRow final : public engine::VerilatedRow<Model, RtlRow> {
 public:
  using Base = engine::VerilatedRow<Model, RtlRow>;
  using Base::Base;

  void put(const FetchedColumn& column) override {
    model_->in_column = column.bits;
    model_->in_metadata =
        static_cast<CData>(column.metadata.redundant << 6 | column.metadata.constant);
    model_->in_header = static_cast<CData>((column.header.has_constants ? 2 : 0) |
                                           (column.header.subtracts_constants ? 1 : 0));
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

  engine::RtlRowStatus status() override {
    engine::RtlRowStatus status = Base::status();
    status.working_constant = model_->working_constant != 0;
    return status;
  }

 private:
  using Base::model_;
  static constexpr unsigned sub_groups = pass_length / sub_group;
  static constexpr unsigned activation_bits = 9;
  static constexpr unsigned sum_bits = sub_group == 4 ? 11 : sub_group == 8 ? 12 : 13;
  static constexpr unsigned pass_sum_bits = 13;

  cosim::PackedBits activations_{std::size_t{columns} * pass_length * activation_bits};
  cosim::PackedBits sub_group_sums_{std::size_t{columns} * sub_groups * sum_bits};
  cosim::PackedBits pass_sums_{std::size_t{columns} * pass_sum_bits};
};

}  // namespace lacuna::bitvert
