// SPDX-License-Identifier: Apache-2.0
#include "bitvert/column_words.h"

#include <initializer_list>

namespace lacuna::bitvert {
namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101;

/// Ones of every byte.
std::uint64_t count_ones(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555;
  x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
  return (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
}

/// Sum of min(count, n - count) over eight counts, one a byte.
unsigned sum_of_minorities(std::uint64_t counts, unsigned n) {
  const unsigned log = n == 4 ? 2 : n == 8 ? 3 : 4;
  const std::uint64_t majority = ((counts + every_byte * (n / 2 - 1)) >> log) & every_byte;
  const std::uint64_t mask = majority * 0xFF;
  const std::uint64_t minorities = (counts & ~mask) | ((every_byte * n - counts) & mask);
  return static_cast<unsigned>((minorities * every_byte) >> 56);
}

}  // namespace

std::uint64_t load_word(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

std::uint64_t transpose(std::uint64_t columns) {
  std::uint64_t m = columns;
  std::uint64_t d = (m ^ (m >> 7)) & 0x00AA00AA00AA00AA;
  m ^= d ^ (d << 7);
  d = (m ^ (m >> 14)) & 0x0000CCCC0000CCCC;
  m ^= d ^ (d << 14);
  d = (m ^ (m >> 28)) & 0x00000000F0F0F0F0;
  return m ^ d ^ (d << 28);
}

unsigned effectual_lanes(std::uint64_t low, std::uint64_t high, unsigned sub_group) {
  if (sub_group == 8) {
    return sum_of_minorities(count_ones(low), 8) + sum_of_minorities(count_ones(high), 8);
  }
  if (sub_group == 16) {
    return sum_of_minorities(count_ones(low) + count_ones(high), 16);
  }
  unsigned sum = 0;
  for (const std::uint64_t columns : {low, high}) {
    sum += sum_of_minorities(count_ones(columns & 0x0F0F0F0F0F0F0F0F), 4);
    sum += sum_of_minorities(count_ones(columns >> 4 & 0x0F0F0F0F0F0F0F0F), 4);
  }
  return sum;
}

}  // namespace lacuna::bitvert
