// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::reference {

/// Dot products as the authors' RTL of SparSynergy makes them. Weights in sign and magnitude are cut into segments, and every
/// bit of the magnitudes is a column whose products with +-activation are added up by themselves. What that RTL makes of them
/// differs from a dot product in three ways:
///   - a negative column sum, shifted as an unsigned number of 11 bits, comes out 2^(11 + significance) too large;
///   - activations are 8 bits in two's complement, unsigned ones above 127 too; and -(-128) is -128;
///   - sums are 16 bits wide and wrap.
struct BitColumns {
  std::size_t segment = 8;  ///< elements whose products a column sum holds
  std::size_t chunk = 0;    ///< segments start anew after so many elements; 0: never
};

/// sums[r * columns + c] = rows[r] . columns[c] in that way.
/// @param activations [rows, length]
/// @param weights     [columns, length], -128..127
/// @param sums        [rows, columns], overwritten
void bit_column_products(Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                         std::size_t length, const BitColumns& segments, Span<std::int32_t> sums);

/// Cuts sums to signed numbers of so many bits, 1..32.
void wrap_sums(Span<std::int32_t> sums, unsigned bits);

}  // namespace lacuna::reference
