// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/int4.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse::screening {
namespace {

void check_sizes(std::size_t values, std::size_t bytes) {
  if (bytes != int4_bytes(values)) {
    throw model_error(fmt::format("{} INT4 values do not fit {} bytes", values, bytes));
  }
}

}  // namespace

void pack_int4(Span<const std::int8_t> values, Span<std::uint8_t> packed) {
  check_sizes(values.size(), packed.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < int4_least || values[i] > int4_greatest) {
      throw model_error(fmt::format("{} at {} is no INT4 value", int{values[i]}, i));
    }
    const auto nibble = static_cast<unsigned>(values[i]) & 15U;
    packed[i / 2] =
        static_cast<std::uint8_t>(i % 2 == 0 ? nibble : unsigned{packed[i / 2]} | nibble << 4);
  }
}

void unpack_int4(Span<const std::uint8_t> packed, Span<std::int8_t> values) {
  check_sizes(values.size(), packed.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = int4_at(packed, i);
  }
}

std::int32_t dot_int4(Span<const std::uint8_t> left, Span<const std::uint8_t> right,
                      std::size_t count) {
  if (count > longest_int4_dot || left.size() < int4_bytes(count) ||
      right.size() < int4_bytes(count)) {
    throw model_error(fmt::format("an INT4 dot product of {} values was given {} and {} bytes",
                                  count, left.size(), right.size()));
  }
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += int4_at(left, i) * int4_at(right, i);
  }
  return sum;
}

}  // namespace lacuna::sparse::screening
