// SPDX-License-Identifier: Apache-2.0
//
// What instructions that name buffers compute [Liu, dissertation, Table 6.1]. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::enmc {

enum class TileOperation : std::uint8_t { add, multiply };

/// sums[i] = a[i] op b[i] in 32 bits that wrap around.
inline void combine(TileOperation operation, Span<const std::int32_t> a, Span<const std::int32_t> b,
                    Span<std::int32_t> sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto x = static_cast<std::uint32_t>(a[i]);
    const auto y = static_cast<std::uint32_t>(b[i]);
    sums[i] = static_cast<std::int32_t>(operation == TileOperation::add ? x + y : x * y);
  }
}

/// The same in FP32, rounded to nearest.
inline void combine(TileOperation operation, Span<const float> a, Span<const float> b,
                    Span<float> sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = operation == TileOperation::add ? a[i] + b[i] : a[i] * b[i];
  }
}

}  // namespace lacuna::enmc
