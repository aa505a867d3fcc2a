// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/span.h"

namespace lacuna::sparse {

/// What happens to the bits below a window.
enum class SparqRounding : std::uint8_t {
  trim,  ///< dropped
  round  ///< to the nearest, ties to even; a carry out of the window saturates inside it
};

/// Sparsity-aware quantization of unsigned 8-bit activations [SPARQ §3]: of each value a window of a few consecutive bits
/// stays, placed where its leading one is; when its neighbour is zero it takes the neighbour's bits as well. There are five
/// formats: 4 bits with 5, 3 or 2 placements, 3 bits with 6, 2 bits with 7.
struct SparqFormat {
  unsigned bits = 4;
  unsigned placements = 5;
  SparqRounding rounding = SparqRounding::round;

  /// Positions of a window's lowest bit, ascending; the last one reaches bit 7.
  Span<const std::uint8_t> shifts() const;
  /// The same for the window of 2 x bits of a lone value.
  Span<const std::uint8_t> wide_shifts() const;
  /// Width of ShiftCtrl, which says a lane's placement [SPARQ §5.1: 2 bits for 3 placements].
  unsigned shift_control_bits() const;
  /// ShiftCtrl and MuxCtrl of one lane.
  unsigned metadata_bits() const { return shift_control_bits() + 1; }

  friend bool operator==(const SparqFormat& a, const SparqFormat& b) {
    return a.bits == b.bits && a.placements == b.placements && a.rounding == b.rounding;
  }
};

/// "4 bits, 5 placements, round".
std::string name_of(const SparqFormat& format);

/// @throws Error (bad_input) on a width or a number of placements that is none of the five formats, naming those
SparqFormat make_sparq_format(unsigned bits, unsigned placements, SparqRounding rounding);

}  // namespace lacuna::sparse
