// SPDX-License-Identifier: Apache-2.0
#include "reference/bit_column_products.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace lacuna::reference {
namespace {

constexpr unsigned magnitude_bits = 8;
constexpr std::int64_t unsigned_column = 1 << 11;
constexpr unsigned sum_bits = 16;

/// A number as two's complement of so many bits.
std::int64_t wrapped(std::int64_t value, unsigned bits) {
  const std::int64_t modulus = std::int64_t{1} << bits;
  const std::int64_t residue = (value % modulus + modulus) % modulus;
  return residue < modulus / 2 ? residue : residue - modulus;
}

/// One segment's share of a dot product.
std::int64_t segment_sum(const std::int16_t* activations, const std::int16_t* weights,
                         std::size_t count) {
  std::array<std::int64_t, magnitude_bits> columns{};
  for (std::size_t i = 0; i < count; ++i) {
    if (weights[i] == 0 || activations[i] == 0) {
      continue;
    }
    const std::int64_t activation = wrapped(activations[i], 8);
    const std::int64_t product = weights[i] < 0 ? wrapped(-activation, 8) : activation;
    const int magnitude = std::abs(static_cast<int>(weights[i]));
    for (unsigned bit = 0; bit < magnitude_bits; ++bit) {
      columns[bit] += (magnitude >> bit & 1) != 0 ? product : 0;
    }
  }
  std::int64_t sum = 0;
  for (unsigned bit = 0; bit < magnitude_bits; ++bit) {
    const std::int64_t column = columns[bit] < 0 ? columns[bit] + unsigned_column : columns[bit];
    sum += column * (std::int64_t{1} << bit);
  }
  return sum;
}

}  // namespace

void bit_column_products(Span<const std::int16_t> activations, Span<const std::int16_t> weights,
                         std::size_t length, const BitColumns& segments, Span<std::int32_t> sums) {
  const std::size_t rows = activations.size() / length;
  const std::size_t columns = weights.size() / length;
  const std::size_t chunk = segments.chunk == 0 ? length : segments.chunk;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      std::int64_t sum = 0;
      std::size_t count = 0;
      for (std::size_t first = 0; first < length; first += count) {
        count = std::min({segments.segment, chunk - first % chunk, length - first});
        sum += segment_sum(activations.data() + r * length + first,
                           weights.data() + c * length + first, count);
      }
      sums[r * columns + c] = static_cast<std::int32_t>(wrapped(sum, sum_bits));
    }
  }
}

void wrap_sums(Span<std::int32_t> sums, unsigned bits) {
  for (std::int32_t& sum : sums) {
    sum = static_cast<std::int32_t>(wrapped(sum, bits));
  }
}

}  // namespace lacuna::reference
