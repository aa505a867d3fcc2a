// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::sparq {

/// What stays in the PEs of a dense 8b-8b array.
enum class Dataflow : std::uint8_t { output_stationary, weight_stationary, input_stationary };

/// Which clocks of an array count.
enum class CountedClocks : std::uint8_t {
  all,
  folds,      ///< without turning of weights, last drain and output stage, as SCALE-Sim counts
  last_index  ///< the same, less one a layer: the number of the last clock, counted from zero, as SCALE-Sim reports
};

}  // namespace lacuna::sparq

template <>
struct lacuna::EnumNames<lacuna::sparq::Dataflow> {
  static std::vector<lacuna::EnumName<lacuna::sparq::Dataflow>> table() {
    using lacuna::sparq::Dataflow;
    return {{"output_stationary", Dataflow::output_stationary},
            {"weight_stationary", Dataflow::weight_stationary},
            {"input_stationary", Dataflow::input_stationary}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparq::CountedClocks> {
  static std::vector<lacuna::EnumName<lacuna::sparq::CountedClocks>> table() {
    using lacuna::sparq::CountedClocks;
    return {{"all", CountedClocks::all},
            {"folds", CountedClocks::folds},
            {"last_index", CountedClocks::last_index}};
  }
};
