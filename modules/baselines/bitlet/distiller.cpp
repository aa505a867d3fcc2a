// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitlet/distiller.h"

#include <algorithm>

namespace lacuna::baselines {
namespace {

/// The lowest one, alone.
std::uint64_t one_hot(std::uint64_t bits) {
  return bits & (~bits + 1);
}

/// Which bit of a one-hot word is one.
std::uint8_t encode(std::uint64_t word) {
  std::uint8_t index = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    index = static_cast<std::uint8_t>(index | (((word >> bit) & 1u) != 0 ? bit : 0u));
  }
  return index;
}

}  // namespace

void Distiller::load(Span<const std::uint8_t> weights) {
  essential_.fill(0);
  for (unsigned i = 0; i < weights.size(); ++i) {
    for (unsigned significance = 0; significance < serial_lanes; ++significance) {
      essential_[significance] |= std::uint64_t{(weights[i] >> significance) & 1u} << i;
    }
  }
}

bool Distiller::pending() const {
  return std::any_of(essential_.begin(), essential_.end(),
                     [](std::uint64_t weights) { return weights != 0; });
}

PeOperation Distiller::schedule() {
  PeOperation operation;
  operation.working = true;
  for (unsigned significance = 0; significance < serial_lanes; ++significance) {
    const std::uint64_t selected = one_hot(essential_[significance]);
    if (selected == 0) {
      continue;
    }
    operation.lanes[significance] = {encode(selected), static_cast<std::uint8_t>(significance),
                                     true, significance == serial_lanes - 1};
    ++operation.effectual;
    essential_[significance] &= ~selected;
  }
  return operation;
}

}  // namespace lacuna::baselines
