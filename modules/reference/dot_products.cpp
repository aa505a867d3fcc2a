// SPDX-License-Identifier: Apache-2.0
#include "reference/dot_products.h"

namespace lacuna::reference {
namespace {

/// Two rows against four: eight running sums, six loads for eight products. Compiled with -fwrapv,
/// so that sums wrap.
void two_by_four(const std::int16_t* a, const std::int16_t* b, std::size_t length,
                 std::int32_t* sums, std::size_t row_stride) {
  const std::int16_t* a1 = a + length;
  const std::int16_t* b1 = b + length;
  const std::int16_t* b2 = b1 + length;
  const std::int16_t* b3 = b2 + length;
  std::int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (std::size_t i = 0; i < length; ++i) {
    s00 += a[i] * b[i];
    s01 += a[i] * b1[i];
    s02 += a[i] * b2[i];
    s03 += a[i] * b3[i];
    s10 += a1[i] * b[i];
    s11 += a1[i] * b1[i];
    s12 += a1[i] * b2[i];
    s13 += a1[i] * b3[i];
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[row_stride] = s10;
  sums[row_stride + 1] = s11;
  sums[row_stride + 2] = s12;
  sums[row_stride + 3] = s13;
}

std::int32_t one_by_one(const std::int16_t* a, const std::int16_t* b, std::size_t length) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < length; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

}  // namespace

void dot_products(Span<const std::int16_t> left, Span<const std::int16_t> right, std::size_t length,
                  Span<std::int32_t> sums) {
  const std::size_t rows = left.size() / length;
  const std::size_t columns = right.size() / length;
  const std::size_t even_rows = rows / 2 * 2;
  const std::size_t whole_columns = columns / 4 * 4;
  for (std::size_t c = 0; c < whole_columns; c += 4) {
    for (std::size_t r = 0; r < even_rows; r += 2) {
      two_by_four(left.data() + r * length, right.data() + c * length, length,
                  sums.data() + r * columns + c, columns);
    }
  }
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = r < even_rows ? whole_columns : 0; c < columns; ++c) {
      sums[r * columns + c] =
          one_by_one(left.data() + r * length, right.data() + c * length, length);
    }
  }
}

}  // namespace lacuna::reference
