// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sparse/sparq_format.h"

namespace lacuna::sparse {

/// Some consecutive bits of a value.
struct SparqWindow {
  std::uint8_t bits = 0;
  std::uint8_t shift = 0;  ///< of the lowest bit
  unsigned value() const { return unsigned{bits} << shift; }
};

/// bSPARQ: the window of `width` bits at the lowest placement that still covers the leading one [SPARQ §3.1].
/// @param shifts placements, ascending; the last one with `width` covers the value
SparqWindow place_window(std::uint8_t value, unsigned width, Span<const std::uint8_t> shifts,
                         SparqRounding rounding);

/// One multiplier's operand: (bits << shift) times one of the pair's two weights.
struct SparqLane {
  std::uint8_t bits = 0;    ///< as many as the format says
  std::uint8_t shift = 0;   ///< one of the format's placements
  std::uint8_t weight = 0;  ///< 0 or 1: which of the pair's weights it meets
};

/// vSPARQ: two neighbours along the reduction in two lanes. When one of them is zero the other takes both lanes, its upper
/// bits and its lower; otherwise each has its own window [SPARQ §3.2].
using SparqPair = std::array<SparqLane, 2>;
SparqPair encode_pair(std::uint8_t first, std::uint8_t second, const SparqFormat& format);

/// What the lanes stand for: the value that meets each of the two weights.
std::array<unsigned, 2> decode_pair(const SparqPair& pair);

/// The two activations that the non-zero weights of a group of four meet, in the weights' order; a missing second is zero.
/// A sparse Tensor Core selects before it pairs [SPARQ §5.4].
struct SelectedPair {
  std::array<std::uint8_t, 2> activation{};
  std::array<std::int8_t, 2> weight{};
};
/// @param activations, weights up to four, as many of the one as of the other
/// @throws Error (bad_input) when more than two weights are not zero
SelectedPair select_pair(Span<const std::uint8_t> activations, Span<const std::int8_t> weights);

}  // namespace lacuna::sparse
