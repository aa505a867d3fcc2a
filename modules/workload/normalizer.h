// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/parameters_value.h"

namespace lacuna::workload {

/// What makes probabilities of the outputs.
enum class Normalizer { softmax, sigmoid };

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::Normalizer> {
  static std::vector<lacuna::EnumName<lacuna::workload::Normalizer>> table() {
    using lacuna::workload::Normalizer;
    return {{"softmax", Normalizer::softmax}, {"sigmoid", Normalizer::sigmoid}};
  }
};
