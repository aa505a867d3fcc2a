// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cosim/clocked_model.h"
#include "cosim/packed_bits.h"
#include "cosim/verilated_simulation.h"
#include "engine/rtl_row.h"

namespace lacuna::engine {

/// A row as Verilator made it, with the ports that the rows of all accelerators have (doc/rtl.md). Those that take operands are for
/// the derived class.
/// @tparam Row RtlRow, or the accelerator's interface derived from it
template <class Model, class Row>
class VerilatedRow : public Row {
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
  void drive(const ColumnTag& tag, bool out_ready) override {
    model_->in_valid = tag.valid ? 1 : 0;
    model_->in_starts_pass = tag.starts_pass ? 1 : 0;
    model_->in_starts_accumulation = tag.starts_accumulation ? 1 : 0;
    model_->in_ends_accumulation = tag.ends_accumulation ? 1 : 0;
    model_->out_ready = out_ready ? 1 : 0;
    model_.settle();
  }
  RtlRowStatus status() override {
    RtlRowStatus status;
    status.in_ready = model_->in_ready != 0;
    status.out_valid = model_->out_valid != 0;
    status.accumulating = model_->accumulating != 0;
    status.working = model_->working != 0;
    status.working_lanes = model_->working_lanes;
    return status;
  }
  std::int32_t result(unsigned column) const override {
    return static_cast<std::int32_t>(cosim::word_of(model_->out_results, column));
  }
  void clock() override { model_.clock(); }

 protected:
  cosim::ClockedModel<Model> model_;
};

/// So many rows of one kind.
/// @param name in waveforms, of the first with a 0 behind it
/// @param with other models that Verilator made; none: a simulation of their own
/// @tparam Verilated a Row made from a simulation and a name, such as a VerilatedRow
template <class Row, class Verilated>
RtlRows<Row> make_verilated_rows(std::size_t rows, const std::string& name,
                                 const SharedSimulation& with) {
  auto simulation = with ? std::static_pointer_cast<cosim::VerilatedSimulation>(with)
                         : std::make_shared<cosim::VerilatedSimulation>();
  RtlRows<Row> made;
  for (std::size_t row = 0; row < rows; ++row) {
    made.rows.push_back(std::make_unique<Verilated>(*simulation, name + std::to_string(row)));
  }
  made.simulation = std::move(simulation);
  return made;
}

}  // namespace lacuna::engine
