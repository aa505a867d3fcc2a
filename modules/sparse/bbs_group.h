// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"

namespace lacuna::sparse {

/// How the low bit columns of a group lose their information [BBS §III-B].
enum class BbsMethod : std::uint8_t {
  /// Low columns become the group's rounded average, which is added back.
  rounded_averaging,
  /// Weights are shifted by the best offset and low columns rounded away; the offset is subtracted.
  zero_point_shifting,
};

/// Limits of the encoding: two bits for the redundant columns, six for the constant.
inline constexpr unsigned weight_bits = 8;
inline constexpr unsigned max_redundant_columns = 3;
inline constexpr unsigned max_pruned_columns = 6;
inline constexpr unsigned max_constant_bits = 6;
inline constexpr unsigned max_group = 256;
inline constexpr unsigned metadata_bits_per_group = 8;

/// What a group is compressed with.
struct BbsPruning {
  BbsMethod method = BbsMethod::zero_point_shifting;
  unsigned columns = 4;        ///< columns to save, N: 0..6
  unsigned constant_bits = 6;  ///< width of zero-point shifting's offset: 1..6
};

/// What is known of a compressed group beside its columns; a row of metadata.npy.
struct GroupMetadata {
  /// Columns below the sign column that repeat it, 0..3 (rounded averaging), or all-zero magnitude
  /// columns of the shifted weights, 0..7 (zero-point shifting).
  std::int8_t redundant = 0;
  std::int8_t low = 0;       ///< low columns that are not stored, m = max(N - redundant, 0)
  std::int8_t constant = 0;  ///< the average 0..63, to add, or the offset -32..31, to subtract

  friend bool operator==(GroupMetadata a, GroupMetadata b) {
    return a.redundant == b.redundant && a.low == b.low && a.constant == b.constant;
  }
  friend bool operator!=(GroupMetadata a, GroupMetadata b) { return !(a == b); }
};

/// A compressed group; its weights stand in the caller's buffer.
struct CompressedGroup {
  GroupMetadata metadata;
  std::uint32_t squared_error = 0;  ///< against the original weights, summed over the group
};

/// @throws Error (bad_input) that names the parameter which is out of its range
void check(const BbsPruning& pruning);

/// Compresses one group, the readable way: the definition that compress_groups() must equal.
/// @param group         1 to 256 weights
/// @param reconstructed as many; what the compressed group stands for. Zero-point shifting can
/// leave int8.
CompressedGroup compress_group(const BbsPruning& pruning, Span<const std::int8_t> group,
                               Span<std::int16_t> reconstructed);

/// Rounded averaging of one group: ties of the average to even. The result is always within int8.
CompressedGroup average_group(unsigned columns, Span<const std::int8_t> group,
                              Span<std::int16_t> reconstructed);

/// Zero-point shifting of one group: the offset of least squared error, the most negative of
/// equals; magnitudes round to the nearest, ties toward zero.
CompressedGroup shift_group(unsigned columns, unsigned constant_bits, Span<const std::int8_t> group,
                            Span<std::int16_t> reconstructed);

/// The candidate of zero-point shifting for one offset.
CompressedGroup shift_group_by(int offset, unsigned columns, Span<const std::int8_t> group,
                               Span<std::int16_t> reconstructed);

/// Redundant columns as the two-bit field holds them: a fourth and later one is stored like any
/// other column.
constexpr unsigned stored_redundant(GroupMetadata metadata) {
  const unsigned redundant = static_cast<std::uint8_t>(metadata.redundant);
  return redundant < max_redundant_columns ? redundant : max_redundant_columns;
}

/// Bit columns that a compressed group keeps: 2..8.
constexpr unsigned stored_columns(GroupMetadata metadata) {
  return weight_bits - stored_redundant(metadata) - static_cast<std::uint8_t>(metadata.low);
}

/// The group's metadata as one byte: redundant columns in bits 7..6, the constant in bits 5..0.
constexpr std::uint8_t metadata_byte(GroupMetadata metadata) {
  return static_cast<std::uint8_t>(stored_redundant(metadata) << 6 | (metadata.constant & 0x3F));
}

/// The constant of a metadata byte: unsigned for rounded averaging, signed for zero-point shifting.
constexpr int constant_of(BbsMethod method, std::uint8_t byte) {
  const int field = byte & 0x3F;
  return method == BbsMethod::zero_point_shifting && field >= 32 ? field - 64 : field;
}

/// What a multiplier of the sum of activations adds for the group: the constant, with its sign.
constexpr int addend(BbsMethod method, int constant) {
  return method == BbsMethod::zero_point_shifting ? -constant : constant;
}

/// The two's complement number that the stored columns hold, of a reconstructed weight.
constexpr std::int8_t stored_value(BbsMethod method, std::int16_t weight, int constant) {
  return static_cast<std::int8_t>(weight - addend(method, constant));
}

}  // namespace lacuna::sparse
