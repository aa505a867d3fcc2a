// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cosim/clocked_model.h"
#include "cosim/packed_bits.h"
#include "cosim/verilated_simulation.h"
#include "sparq/systolic/rtl_row.h"

namespace lacuna::sparq {

/// A row as Verilator made it. Ports are packed as rtl/sparq_pkg.sv and rtl/sparq_array_pkg.sv say.
template <class Model, unsigned columns, unsigned bits, unsigned placements>
class VerilatedSystolicRow final : public SystolicRow {
 public:
  VerilatedSystolicRow(cosim::VerilatedSimulation& simulation, const std::string& name)
      : model_(simulation.context(), name.c_str()) {
    simulation.add(*model_.operator->());
  }

  void reset() override {
    model_->in_tag = 0;
    model_->advance = 0;
    model_.reset();
  }
  void control(const PassTag& tag) override {
    model_->in_tag = (tag.valid ? 1u : 0u) | (tag.starts ? 2u : 0u) | (tag.ends ? 4u : 0u) |
                     tag.drain_first << 3 | tag.drain_end << (3 + column_bits);
  }
  void control(const SystolicRow& above) override { model_->in_tag = above.control_word(); }
  void drive(const OperandWords& operands,
             const std::array<std::int8_t, pair_elements>& weights) override {
    cosim::assign(operands, model_->in_operands);
    const auto first = static_cast<std::uint8_t>(weights[0]);
    const auto second = static_cast<std::uint8_t>(weights[1]);
    model_->in_weights = bits == 8 ? first : first | second << 8;
    model_.settle();
  }
  bool leaves(unsigned column) const override {
    return (cosim::word_of(model_->out_valid, column / 32) >> column % 32 & 1u) != 0;
  }
  bool any_leaves() const override {
    std::uint32_t any = 0;
    for (unsigned word = 0; word < (columns + 31) / 32; ++word) {
      any |= cosim::word_of(model_->out_valid, word);
    }
    return any != 0;
  }
  std::int32_t sum(unsigned column) const override {
    return static_cast<std::int32_t>(cosim::word_of(model_->out_sums, column));
  }
  void operands(OperandWords& words) const override { cosim::copy(model_->out_operands, words); }
  std::uint32_t control_word() const override { return model_->out_tag; }
  bool ended() const override { return model_->ended != 0; }
  void clock(bool advance) override {
    model_->advance = advance ? 1 : 0;
    model_.clock();
  }

 private:
  static constexpr unsigned column_bits = 11;

  cosim::ClockedModel<Model> model_;
};

}  // namespace lacuna::sparq
