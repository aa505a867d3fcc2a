// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "engine/array_options.h"

namespace lacuna::baselines {

/// Elements that SparTen holds as one vector: a bit mask of the non-zero ones and their values.
inline constexpr unsigned sparten_chunk = 128;
inline constexpr unsigned sparten_mask_bytes = sparten_chunk / 8;

/// Bit i % 64 of word i / 64: element i is not zero.
using ChunkMask = std::array<std::uint64_t, 2>;

/// What both bodies agree on.
struct SpartenOptions {
  engine::ArrayOptions array;
  unsigned chunk_floor = 16;  ///< cycles that a chunk takes at least
};

}  // namespace lacuna::baselines
