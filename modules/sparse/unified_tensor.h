// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "core/tensor.h"
#include "sparse/unified_format.h"
#include "sparse/unified_vector.h"

namespace lacuna::sparse {

/// Where a kept vector stands.
struct VectorPlace {
  std::uint32_t group = 0;    ///< of eight rows
  std::uint32_t segment = 0;  ///< of the rows
  std::uint32_t row = 0;      ///< in its group
};

/// Bits of the streams, without headers and padding.
struct UnifiedSizes {
  std::uint64_t weights = 0;
  std::uint64_t vectors = 0;
  std::uint64_t data = 0;          ///< 8 for every stored column
  std::uint64_t sign = 0;          ///< 8 a vector
  std::uint64_t value_index = 0;   ///< 2 a value; none where every value is kept
  std::uint64_t vector_index = 0;  ///< 3 a vector; none where every vector is kept
  std::uint64_t bit_index = 0;     ///< 3 a column; none where every column is stored

  std::uint64_t bits() const { return data + sign + value_index + vector_index + bit_index; }
  double effective_bits_per_weight() const;
  /// 8 bits for each weight / bits.
  double compression_ratio() const;
};

/// Weights [rows, elements] as vectors: row groups slowest, then segments, then rows.
struct UnifiedTensor {
  UnifiedFormat format;
  std::size_t rows = 0;
  std::size_t elements = 0;
  std::vector<VectorPlace> places;
  std::vector<UnifiedVector> vectors;

  std::size_t row_groups() const;
  std::size_t segments() const;
  UnifiedSizes sizes() const;
};

/// In every group of eight rows and every segment of them, the N1 vectors with the largest sums of
/// magnitudes stay, of equal ones the first; each is then compressed by itself. Rows beyond the last
/// group's end count as empty, and none of them is ever stored.
/// @param weights int8 [rows, elements] @throws Error (bad_input) on an empty matrix
UnifiedTensor compress_unified(Span<const std::int8_t> weights, std::size_t rows,
                               const UnifiedFormat& format, UnifiedRounding rounding);

/// What the vectors stand for, int8 [rows, elements].
std::vector<std::int8_t> decode_unified(const UnifiedTensor& tensor);

}  // namespace lacuna::sparse
