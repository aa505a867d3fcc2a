// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/span.h"

namespace lacuna::reference {

/// sums[r * columns + c] = rows[r] . columns[c] over `length` elements, modulo 2^32.
/// @param left   [rows, length]
/// @param right  [columns, length]
/// @param sums   [rows, columns], overwritten
void dot_products(Span<const std::int16_t> left, Span<const std::int16_t> right, std::size_t length,
                  Span<std::int32_t> sums);

/// Another kernel with the same operands, for machines whose sums are defined otherwise.
using DotProducts =
    std::function<void(Span<const std::int16_t> left, Span<const std::int16_t> right,
                       std::size_t length, Span<std::int32_t> sums)>;

}  // namespace lacuna::reference
