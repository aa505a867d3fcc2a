// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::engine {

/// accumulators + sums, each sum first cut to a signed number of `bits` bits, as an accumulator of
/// that width holds it; everything modulo 2^32. Cutting the total is cutting after every step.
inline void add_wrapped(Span<const std::int32_t> sums, unsigned bits,
                        Span<std::int32_t> accumulators) {
  const unsigned unused = 32 - bits;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i]) << unused);
    accumulators[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(accumulators[i]) +
                                                static_cast<std::uint32_t>(shifted >> unused));
  }
}

}  // namespace lacuna::engine
