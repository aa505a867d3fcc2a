// SPDX-License-Identifier: Apache-2.0
#include "core/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"

namespace lacuna {
inline namespace core {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw input_error({}, message);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return end - from;
}

/// Reads "e-12" at `from` into the number; anything else there is left to be a scale.
void read_exponent(std::string_view text, std::size_t from, Decimal& number) {
  constexpr std::size_t most_digits = 4;
  if (from >= text.size() || (text[from] != 'e' && text[from] != 'E')) {
    return;
  }
  const bool signed_exponent =
      from + 1 < text.size() && (text[from + 1] == '-' || text[from + 1] == '+');
  const std::size_t first = from + (signed_exponent ? 2 : 1);
  const std::size_t count = count_digits(text, first);
  if (count == 0 || count > most_digits) {
    return;
  }
  int exponent = 0;
  std::from_chars(text.data() + first, text.data() + first + count, exponent);
  number.exponent += signed_exponent && text[from + 1] == '-' ? -exponent : exponent;
  number.scientific = true;
  number.length = first + count;
}

/// No sign, no leading zeros, digits on both sides of a point: notations that mean the same to
/// everyone.
std::uint64_t multiply(std::uint64_t a, std::uint64_t b, std::uint64_t most) {
  if (b != 0 && a > most / b) {
    refuse("is too large");
  }
  return a * b;
}

}  // namespace

Decimal read_decimal(std::string_view text) {
  Decimal number;
  const std::size_t whole = count_digits(text, 0);
  if (whole == 0 || (whole > 1 && text[0] == '0')) {
    return number;
  }
  number.digits = text.substr(0, whole);
  number.length = whole;
  if (whole < text.size() && text[whole] == '.') {
    const std::size_t fraction = count_digits(text, whole + 1);
    if (fraction == 0) {
      return {};
    }
    number.digits += text.substr(whole + 1, fraction);
    number.exponent = -static_cast<int>(fraction);
    number.length = whole + 1 + fraction;
  }
  read_exponent(text, number.length, number);
  number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size() - 1));
  return number;
}

std::uint64_t exact_whole(const Decimal& number, Scale scale, std::uint64_t most) {
  constexpr std::size_t most_digits = 40;
  int exponent = number.exponent + scale.exponent;
  std::string digits = number.digits;
  while (exponent < 0 && digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  std::uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  if (digits.size() > most_digits || std::from_chars(digits.data(), end, value).ec != std::errc()) {
    refuse("has too many digits");
  }
  std::uint64_t factor = scale.factor;
  for (; exponent < 0 && value != 0; ++exponent) {
    for (const unsigned prime : {2U, 5U}) {
      if (factor % prime == 0) {
        factor /= prime;
      } else if (value % prime == 0) {
        value /= prime;
      } else {
        refuse("is not a whole number");
      }
    }
  }
  for (; exponent > 0 && value != 0; --exponent) {
    value = multiply(value, 10, most);
  }
  return multiply(value, factor, most);
}

double nearest_double(const Decimal& number, Scale scale) {
  const std::string text = number.digits + 'e' + std::to_string(number.exponent + scale.exponent);
  double value = 0.0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  value *= static_cast<double>(scale.factor);
  if (result.ec != std::errc() || !std::isfinite(value)) {
    refuse("is out of range");
  }
  return value;
}

Shortest shortest(double value) {
  char buffer[40];
  const auto result =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  Shortest number;
  if (text.front() == '-') {
    number.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (is_digit(c)) {
      number.digits += c;
    }
  }
  const char* exponent = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent, text.data() + text.size(), number.exponent);
  return number;
}

std::string positional(const Shortest& number, int exponent) {
  constexpr int smallest = -6;
  constexpr int largest = 20;
  std::string text = number.digits;
  const auto count = static_cast<int>(text.size());
  if (exponent < smallest || exponent > largest) {
    if (count > 1) {
      text.insert(1, 1, '.');
    }
    text += 'e' + std::to_string(exponent);
  } else if (exponent < 0) {
    text.insert(0, "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0'));
  } else if (exponent + 1 >= count) {
    text.append(static_cast<std::size_t>(exponent + 1 - count), '0');
  } else {
    text.insert(static_cast<std::size_t>(exponent) + 1, 1, '.');
  }
  return (number.negative ? "-" : "") + text;
}

}  // namespace core
}  // namespace lacuna
