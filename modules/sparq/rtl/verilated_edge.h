// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cosim/clocked_model.h"
#include "cosim/packed_bits.h"
#include "cosim/verilated_simulation.h"
#include "sparq/systolic/rtl_row.h"

namespace lacuna::sparq {

/// An upper edge as Verilator made it.
template <class Model, unsigned columns, unsigned bits, unsigned placements>
class VerilatedSystolicEdge final : public SystolicEdge {
 public:
  VerilatedSystolicEdge(cosim::VerilatedSimulation& simulation, const std::string& name)
      : model_(simulation.context(), name.c_str()) {
    simulation.add(*model_.operator->());
  }

  void reset(const EdgeMode& mode) override {
    model_->in_reduced = mode.reduced ? 1 : 0;
    model_->in_round = mode.round ? 1 : 0;
    model_->in_signed = mode.is_signed ? 1 : 0;
    model_->advance = 0;
    model_.reset();
  }
  void drive(const Injection& next) override {
    for (unsigned c = 0; c < columns; ++c) {
      for (unsigned e = 0; e < pair_elements; ++e) {
        pairs_.set(std::size_t{c * pair_elements + e} * 8, 8, next.activations[c][e]);
      }
    }
    cosim::assign(pairs_, model_->in_pairs);
    model_->in_part = static_cast<std::uint8_t>(next.part);
    model_.settle();
  }
  void operands(OperandWords& words) const override { cosim::copy(model_->out_operands, words); }
  void clock(bool advance) override {
    model_->advance = advance ? 1 : 0;
    model_.clock();
  }

 private:
  cosim::ClockedModel<Model> model_;
  cosim::PackedBits pairs_{std::size_t{columns} * pair_elements * 8};
};

}  // namespace lacuna::sparq
