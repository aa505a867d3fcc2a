// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "workload/counter_words.h"

namespace lacuna::workload {

/// What the sixteen values of four random bits stand for: the middles of sixteen equally likely
/// parts of a normal distribution of deviation 2.4, rounded.
inline constexpr std::array<std::int8_t, 16> declared_weight_values = {
    -4, -3, -2, -2, -1, -1, -1, 0, 0, 1, 1, 1, 2, 2, 3, 4};
inline constexpr double declared_weight_variance = 72.0 / 16.0;

/// Rows of packed INT4 values, `bytes` each: the low nibble of byte j of a row from the low four bits
/// of byte j of the row's words, which are (row * words a row) and after.
/// @param packed  [count, bytes]
void fill_declared_weights(const CounterWords& words, std::size_t first, std::size_t count,
                           std::size_t bytes, Span<std::uint8_t> packed);

/// sums[j] += weights[k] * rows[k, j] for every k, modulo 2^16.
/// @param rows  [weights.size(), sums.size()]
void add_weighted_rows(Span<const std::int16_t> weights, Span<const std::int16_t> rows,
                       Span<std::int16_t> sums);

}  // namespace lacuna::workload
