// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::engine {

/// Adds to counts[k] the number of rows whose element k is not zero.
/// @param matrix [rows, stride]; counts.size() elements of a row are looked at
/// @throws Error (stuck) when the matrix is too small
void count_nonzero(Span<const std::int16_t> matrix, std::size_t rows, std::size_t stride,
                   Span<std::uint32_t> counts);
void count_nonzero(Span<const std::uint8_t> matrix, std::size_t rows, std::size_t stride,
                   Span<std::uint32_t> counts);

/// Sum over k of a[k] * b[k]: with the non-zero weights and activations of every reduction element,
/// the multiplications of which both operands are non-zero.
std::uint64_t multiply_counts(Span<const std::uint32_t> a, Span<const std::uint32_t> b);

}  // namespace lacuna::engine
