// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "sparse/sparq_format.h"
#include "workload/layer.h"

namespace lacuna::sparq {

/// Which layers' activations take part with fewer bits.
enum class ReducedLayers : std::uint8_t {
  convolutions,  ///< as the paper does, which leaves classifiers alone
  all            ///< matrix products as well
};

/// How activations are quantized.
struct QuantizationParams {
  unsigned bits = 4;
  unsigned placements = 5;
  sparse::SparqRounding rounding = sparse::SparqRounding::round;
  ReducedLayers layers = ReducedLayers::convolutions;
  std::vector<std::string> full_precision_layers;

  template <class Description>
  static void describe(Description& d) {
    d("bits", &QuantizationParams::bits, "of a window: 4, 3 or 2").range(2u, 4u);
    d("placements", &QuantizationParams::placements,
      "of a window: 5, 3 or 2 of 4 bits, 6 of 3 bits, 7 of 2 bits")
        .range(2u, 7u);
    d("rounding", &QuantizationParams::rounding,
      "what happens to the bits below a window; those of two_4b and sysmt as well");
    d("layers", &QuantizationParams::layers,
      "whose activations are quantized, when they are unsigned");
    d("full_precision_layers", &QuantizationParams::full_precision_layers,
      "layers that run at 8 bits all the same: names, in which * and ? stand for others");
  }
  void validate(Validation& check) const;
  sparse::SparqFormat format() const;
  /// Whether a layer's activations take part with fewer bits.
  bool reduces(const workload::Layer& layer) const;
};

}  // namespace lacuna::sparq

template <>
struct lacuna::EnumNames<lacuna::sparq::ReducedLayers> {
  static std::vector<lacuna::EnumName<lacuna::sparq::ReducedLayers>> table() {
    using lacuna::sparq::ReducedLayers;
    return {{"convolutions", ReducedLayers::convolutions}, {"all", ReducedLayers::all}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparse::SparqRounding> {
  static std::vector<lacuna::EnumName<lacuna::sparse::SparqRounding>> table() {
    using lacuna::sparse::SparqRounding;
    return {{"trim", SparqRounding::trim}, {"round", SparqRounding::round}};
  }
};
