// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cosim/clocked_model.h"
#include "cosim/packed_bits.h"
#include "cosim/verilated_simulation.h"
#include "enmc/screener_slice.h"

namespace lacuna::enmc {

/// A slice as Verilator made it. Ports are packed as rtl/enmc_screener_pkg.sv says.
template <class Model, unsigned macs, unsigned comparators>
class VerilatedScreenerSlice final : public ScreenerSlice {
 public:
  VerilatedScreenerSlice(cosim::VerilatedSimulation& simulation, const std::string& name)
      : model_(simulation.context(), name.c_str()) {
    simulation.add(*model_.operator->());
  }

  void reset() override {
    model_->in_valid = 0;
    model_->sums_ready = 0;
    model_->index_ready = 0;
    model_.reset();
  }
  void configure(const ScreenerBlock& block) override {
    registers_.set(0, context_bits, block.contexts);
    registers_.set(context_bits, length_bits, block.length);
    registers_.set(context_bits + length_bits, row_bits, block.rows);
    registers_.set(context_bits + length_bits + row_bits, sum_bits, block.threshold);
    cosim::assign(registers_, model_->registers);
  }
  void drive(const ScreenerBeat* beat, bool sums_ready, bool index_ready) override {
    model_->in_valid = beat != nullptr ? 1 : 0;
    if (beat != nullptr) {
      model_->in_kind = static_cast<std::uint8_t>(beat->kind);
      model_->in_first = beat->first ? 1 : 0;
      model_->in_bytes = static_cast<std::uint8_t>(beat->data.size());
      for (std::size_t i = 0; i < ScreenerBeat::most_bytes; ++i) {
        data_.set(8 * i, 8, i < beat->data.size() ? beat->data[i] : 0);
      }
      cosim::assign(data_, model_->in_data);
    }
    model_->sums_ready = sums_ready ? 1 : 0;
    model_->index_ready = index_ready ? 1 : 0;
    model_.settle();
  }
  ScreenerStatus status() const override {
    ScreenerStatus status;
    status.in_ready = model_->in_ready != 0;
    status.sums_valid = model_->sums_valid != 0;
    status.sums_row = model_->sums_row;
    status.index_valid = model_->index_valid != 0;
    status.index_context = model_->index_context;
    status.index_row = model_->index_row;
    status.working = model_->working != 0;
    status.drained = model_->drained != 0;
    status.filtered = model_->filtered != 0;
    return status;
  }
  std::int32_t sum(std::uint32_t number) const override {
    return static_cast<std::int32_t>(cosim::word_of(model_->sums_data, number));
  }
  void clock() override { model_.clock(); }

 private:
  static constexpr unsigned context_bits = 4;
  static constexpr unsigned length_bits = 10;
  static constexpr unsigned row_bits = 7;
  static constexpr unsigned sum_bits = 32;

  cosim::ClockedModel<Model> model_;
  cosim::PackedBits registers_{context_bits + length_bits + row_bits + sum_bits};
  cosim::PackedBits data_{8 * ScreenerBeat::most_bytes};
};

}  // namespace lacuna::enmc
