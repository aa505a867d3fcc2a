// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lacuna {
inline namespace core {

/// A decimal number exactly as written: digits * 10^exponent.
struct Decimal {
  std::string digits;  ///< without leading zeros; "0" for zero
  int exponent = 0;
  bool scientific = false;  ///< written with an exponent
  std::size_t length = 0;   ///< characters read; 0: there is no number
};

/// What a number is multiplied by: factor * 10^exponent. The factor is a power of two.
struct Scale {
  int exponent = 0;
  std::uint64_t factor = 1;
};

/// Reads the number that a text begins with: no sign, no leading zeros, digits on both sides of a
/// point, so that it means the same to everyone.
Decimal read_decimal(std::string_view text);

/// number * scale, exactly. @throws Error (bad_input) whose message ("is too large") lacks its
/// subject
std::uint64_t exact_whole(const Decimal& number, Scale scale, std::uint64_t most);
/// The double nearest to number * scale. @throws Error (bad_input) likewise
double nearest_double(const Decimal& number, Scale scale);

/// The shortest digits that read back as the same double; `exponent` is that of the first digit.
struct Shortest {
  std::string digits;
  int exponent = 0;
  bool negative = false;
};

/// @param value finite
Shortest shortest(double value);
/// The number with its first digit at 10^exponent: "12.8", or "1.28e-30" when zeros would be many.
std::string positional(const Shortest& number, int exponent);

}  // namespace core
}  // namespace lacuna
