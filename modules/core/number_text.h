// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace lacuna {

/// The whole text as a decimal number; nothing if anything else stands there, or if it does not fit. Reals
/// are finite.
template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  bool good = failure == std::errc() && stop == end;
  if constexpr (std::is_floating_point_v<Number>) {
    good = good && std::isfinite(value);
  }
  return good ? std::optional<Number>(value) : std::nullopt;
}

/// The same for unsigned integers, hexadecimal ones behind 0x or 0X.
template <class Integer>
std::optional<Integer> whole_number_or_hexadecimal(std::string_view text) {
  static_assert(std::is_unsigned_v<Integer>);
  if (text.substr(0, 2) != "0x" && text.substr(0, 2) != "0X") {
    return whole_number<Integer>(text);
  }
  constexpr int hexadecimal = 16;
  Integer value{};
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data() + 2, end, value, hexadecimal);
  return failure == std::errc() && stop == end ? std::optional<Integer>(value) : std::nullopt;
}

}  // namespace lacuna
