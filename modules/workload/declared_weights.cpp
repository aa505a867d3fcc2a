// SPDX-License-Identifier: Apache-2.0
#include "workload/declared_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workload/declared_weights.cpp"  // NOLINT: once per instruction set
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h includes this file again and must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::workload {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void look_up(std::uint8_t* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto low = static_cast<unsigned>(declared_weight_values[bytes[i] & 15U]) & 15U;
    const auto high = static_cast<unsigned>(declared_weight_values[bytes[i] >> 4]) & 15U;
    bytes[i] = static_cast<std::uint8_t>(low | high << 4);
  }
}

#else

/// bytes[i] = what its two nibbles stand for, packed again.
/// @param count  a multiple of the widest vector
void look_up(std::uint8_t* bytes, std::size_t count) {
  const hn::ScalableTag<std::uint8_t> d;
  const hn::Repartition<std::uint16_t, decltype(d)> d16;
  HWY_ALIGN std::uint8_t low_table[16];
  HWY_ALIGN std::uint8_t high_table[16];
  for (std::size_t i = 0; i < 16; ++i) {
    const auto nibble = static_cast<unsigned>(declared_weight_values[i]) & 15U;
    low_table[i] = static_cast<std::uint8_t>(nibble);
    high_table[i] = static_cast<std::uint8_t>(nibble << 4);
  }
  const auto low_values = hn::LoadDup128(d, low_table);
  const auto high_values = hn::LoadDup128(d, high_table);
  const auto mask = hn::Set(d, std::uint8_t{15});
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto random = hn::LoadU(d, bytes + i);
    const auto upper = hn::BitCast(d, hn::ShiftRight<4>(hn::BitCast(d16, random)));
    const auto low = hn::TableLookupBytes(low_values, hn::And(random, mask));
    const auto high = hn::TableLookupBytes(high_values, hn::And(upper, mask));
    hn::StoreU(hn::Or(low, high), d, bytes + i);
  }
}

#endif

/// Four vectors of sums stay in registers while all rows pass.
void add_rows(const std::int16_t* weights, std::size_t count, const std::int16_t* rows,
              std::size_t columns, std::int16_t* sums) {
  const hn::ScalableTag<std::int16_t> d;
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * n <= columns; j += 4 * n) {
    auto sum0 = hn::LoadU(d, sums + j);
    auto sum1 = hn::LoadU(d, sums + j + n);
    auto sum2 = hn::LoadU(d, sums + j + 2 * n);
    auto sum3 = hn::LoadU(d, sums + j + 3 * n);
    for (std::size_t k = 0; k < count; ++k) {
      const auto weight = hn::Set(d, weights[k]);
      const std::int16_t* row = rows + k * columns + j;
      sum0 = hn::Add(sum0, hn::Mul(weight, hn::LoadU(d, row)));
      sum1 = hn::Add(sum1, hn::Mul(weight, hn::LoadU(d, row + n)));
      sum2 = hn::Add(sum2, hn::Mul(weight, hn::LoadU(d, row + 2 * n)));
      sum3 = hn::Add(sum3, hn::Mul(weight, hn::LoadU(d, row + 3 * n)));
    }
    hn::StoreU(sum0, d, sums + j);
    hn::StoreU(sum1, d, sums + j + n);
    hn::StoreU(sum2, d, sums + j + 2 * n);
    hn::StoreU(sum3, d, sums + j + 3 * n);
  }
  for (; j < columns; ++j) {
    for (std::size_t k = 0; k < count; ++k) {
      sums[j] = static_cast<std::int16_t>(sums[j] + weights[k] * rows[k * columns + j]);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::workload
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::workload {

HWY_EXPORT(look_up);
HWY_EXPORT(add_rows);

void add_weighted_rows(Span<const std::int16_t> weights, Span<const std::int16_t> rows,
                       Span<std::int16_t> sums) {
  if (rows.size() != weights.size() * sums.size()) {
    throw model_error(
        fmt::format("{} values for {} rows of {}", rows.size(), weights.size(), sums.size()));
  }
  HWY_DYNAMIC_DISPATCH(add_rows)
  (weights.data(), weights.size(), rows.data(), sums.size(), sums.data());
}

void fill_declared_weights(const CounterWords& words, std::size_t first, std::size_t count,
                           std::size_t bytes, Span<std::uint8_t> packed) {
  if (packed.size() != count * bytes || bytes == 0) {
    throw model_error(fmt::format("{} bytes for {} rows of {}", packed.size(), count, bytes));
  }
  constexpr std::size_t buffer_words = 512;
  static_assert(buffer_words * 8 % HWY_MAX_BYTES == 0, "whole vectors");
  std::uint64_t random[buffer_words];
  std::uint8_t values[buffer_words * 8];
  const std::size_t row_words = (bytes + 7) / 8;
  // Rows of whole words are one long row.
  const bool together = bytes % 8 == 0;
  const std::size_t rows = together ? 1 : count;
  const std::size_t length = together ? count * bytes : bytes;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint64_t start = (first + row) * row_words;
    for (std::size_t at = 0; at < length; at += sizeof values) {
      const std::size_t here = std::min(sizeof values, length - at);
      const std::size_t here_words = (here + 7) / 8;
      for (std::size_t i = 0; i < here_words; ++i) {
        random[i] = words.word(start + at / 8 + i);
      }
      std::memcpy(values, random, here_words * 8);  // little endian, as all hosts of Lacuna
      const std::size_t whole = (here + HWY_MAX_BYTES - 1) / HWY_MAX_BYTES * HWY_MAX_BYTES;
      HWY_DYNAMIC_DISPATCH(look_up)(values, whole);
      std::memcpy(packed.data() + row * length + at, values, here);
    }
  }
}

}  // namespace lacuna::workload
#endif  // HWY_ONCE
