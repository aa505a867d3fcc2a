// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/verilated_row.h"
#include "sparsynergy/octet.h"

namespace lacuna::sparsynergy {

/// An octet as Verilator made it. Ports are packed as rtl/sparsynergy_pkg.sv says.
template <class Model, unsigned partial_sum_bits, unsigned published>
class VerilatedOctet final : public engine::VerilatedRow<Model, Octet> {
 public:
  using Base = engine::VerilatedRow<Model, Octet>;
  using Base::Base;

  void put(Span<const WeightLoad> loads) override {
    for (unsigned fedp = 0; fedp < octet_fedps; ++fedp) {
      set(fedp * load_bits, loads[fedp]);
    }
    cosim::assign(loads_, model_->in_loads);
  }
  void hold(const ActivationRegister& activations) override {
    for (unsigned i = 0; i < register_activations; ++i) {
      activations_.set(std::size_t{i} * activation_bits, activation_bits, activations[i]);
    }
    cosim::assign(activations_, model_->in_activations);
  }
  unsigned working_fedps() override { return model_->working_fedps; }

 private:
  using Base::model_;
  static constexpr unsigned activation_bits = 9;
  static constexpr unsigned load_bits =
      1 + 3 + lanes + fedp_columns * (lanes + 3) + lanes + 2 * lanes;

  /// The fields of load_t, the last one first.
  void set(std::size_t at, const WeightLoad& load) {
    const auto field = [&](unsigned bits, unsigned value) {
      loads_.set(at, bits, value);
      at += bits;
    };
    field(1, load.valid ? 1 : 0);
    field(3, load.row);
    field(lanes, load.sign);
    for (const std::uint8_t column : load.column) {
      field(lanes, column);
    }
    for (const std::uint8_t offset : load.offset) {
      field(3, offset);
    }
    for (const std::uint8_t block : load.block_select) {
      field(2, block);
    }
    for (const std::uint8_t element : load.element_select) {
      field(2, element);
    }
  }

  cosim::PackedBits loads_{std::size_t{octet_fedps} * load_bits};
  cosim::PackedBits activations_{std::size_t{register_activations} * activation_bits};
};

}  // namespace lacuna::sparsynergy
