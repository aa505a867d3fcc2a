// SPDX-License-Identifier: Apache-2.0
//
// ANT's adaptive numeric types [Guo et al., MICRO'22] on int8 tensors: codes of a few bits are integers, powers of two, or flint
// (small values as integers, large ones as floats), whichever loses least. A channel's values are multiples of a power of two, its
// unit, so that decoded weights stay int8 in the tensor's own scale.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "core/span.h"

namespace lacuna::sparse {

/// How a code is read.
enum class NumericType : std::uint8_t { integer, flint, power_of_two };
/// Which types an encoder may use.
enum class TypeChoice : std::uint8_t { automatic, integer, flint, power_of_two };
/// What shares a type. The unit is a channel's own in any case.
enum class TypeScope : std::uint8_t { tensor, channel };

/// A channel's codes.
struct AdaptiveFormat {
  NumericType type = NumericType::integer;
  unsigned bits = 8;   ///< of a code, 1..8
  unsigned shift = 0;  ///< the unit is 2^shift, 0..7

  friend bool operator==(const AdaptiveFormat& a, const AdaptiveFormat& b) {
    return a.type == b.type && a.bits == b.bits && a.shift == b.shift;
  }
};

/// A format in a byte: bits - 1 in bits 0..2, the type in 3..4 (3 is a power of two, too), the shift in 5..7.
std::uint8_t format_byte(const AdaptiveFormat& format);

/// What a code stands for. Integers are two's complement; of the others the highest bit is the sign, and the m below it are the
/// magnitude: a power of two 2^(code - 1), 0 for code 0; or a flint.
///
/// A flint with a highest bit of 0 is the integer below it. With a 1, z zeros follow until the next 1: the m - 1 lower bits
/// times 2^(2z + 1); without another 1 it is 2^(2m - 2). For m = 4: 0..7, 8 10 12 14, 16 24, 32, 64.
///
/// Codes whose value times the unit is no int8 are reserved and stand for 0.
std::int8_t adaptive_value(unsigned code, const AdaptiveFormat& format);

/// All codes of a format, as an encoder sees them.
class AdaptiveGrid {
 public:
  explicit AdaptiveGrid(const AdaptiveFormat& format);

  /// The code of the nearest value, ties towards zero.
  std::uint8_t code(std::int8_t weight) const { return codes_[index(weight)]; }
  /// What it stands for.
  std::int8_t value(std::int8_t weight) const { return values_[index(weight)]; }
  /// Squared error of a channel.
  std::uint64_t squared_error(const std::array<std::uint32_t, 256>& histogram) const;

  static std::size_t index(std::int8_t weight) { return static_cast<std::uint8_t>(weight); }

 private:
  std::array<std::uint8_t, 256> codes_{};  // [index(weight)]
  std::array<std::int8_t, 256> values_{};
};

/// How a tensor is encoded.
struct AdaptiveOptions {
  unsigned bits = 6;  ///< of a code, 4..8
  TypeChoice type = TypeChoice::automatic;
  TypeScope scope = TypeScope::tensor;
};

/// A tensor's codes.
struct AdaptiveTensor {
  std::vector<AdaptiveFormat> formats;  ///< of every channel
  std::vector<std::uint8_t> codes;      ///< [channels, reduction]
  std::vector<std::int8_t> decoded;     ///< the same
  std::uint64_t squared_error = 0;
};

/// Encodes weights with the types and units of least squared error, of equals the first type and the smallest unit.
/// @param weights [channels, reduction]
AdaptiveTensor encode_adaptive(Span<const std::int8_t> weights, std::size_t reduction,
                               const AdaptiveOptions& options);

}  // namespace lacuna::sparse

template <>
struct lacuna::EnumNames<lacuna::sparse::TypeChoice> {
  static std::vector<lacuna::EnumName<lacuna::sparse::TypeChoice>> table() {
    using lacuna::sparse::TypeChoice;
    return {{"auto", TypeChoice::automatic},
            {"int", TypeChoice::integer},
            {"flint", TypeChoice::flint},
            {"pot", TypeChoice::power_of_two}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparse::TypeScope> {
  static std::vector<lacuna::EnumName<lacuna::sparse::TypeScope>> table() {
    using lacuna::sparse::TypeScope;
    return {{"tensor", TypeScope::tensor}, {"channel", TypeScope::channel}};
  }
};
