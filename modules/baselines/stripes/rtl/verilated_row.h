// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "baselines/stripes/rtl_row.h"
#include "engine/verilated_row.h"

namespace lacuna::baselines {

/// A row as Verilator made it. Ports are packed as rtl/stripes_pkg.sv says.
template <class Model, unsigned columns>
class VerilatedStripesRow final : public engine::VerilatedRow<Model, StripesRow> {
 public:
  using Base = engine::VerilatedRow<Model, StripesRow>;
  using Base::Base;

  void hold(const StripesWeights& weights, const std::vector<StripesOperands>& operands) override {
    for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
      weights_.set(lane * stripes_weight_bits, stripes_weight_bits, weights[lane]);
    }
    for (unsigned c = 0; c < columns; ++c) {
      for (unsigned lane = 0; lane < stripes_lanes; ++lane) {
        activations_.set((c * stripes_lanes + lane) * activation_bits, activation_bits,
                         operands[c][lane]);
      }
    }
    cosim::assign(weights_, model_->in_weights);
    cosim::assign(activations_, model_->in_activations);
  }

 private:
  using Base::model_;
  static constexpr unsigned activation_bits = 9;

  cosim::PackedBits weights_{std::size_t{stripes_lanes} * stripes_weight_bits};
  cosim::PackedBits activations_{std::size_t{columns} * stripes_lanes * activation_bits};
};

}  // namespace lacuna::baselines
