// SPDX-License-Identifier: Apache-2.0
#include "core/units.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/decimal.h"
#include "core/error.h"

namespace lacuna {
inline namespace core {
namespace {

/// One unit is factor * 10^exponent base units.
struct Unit {
  std::string_view name;
  int exponent;
  std::uint64_t factor = 1;

  Scale scale() const { return {exponent, factor}; }
};

/// How a dimension is written; the first unit is the usual one.
struct Notation {
  std::string_view what;
  std::string_view example;
  std::vector<Unit> units;
};

template <class Q>
Notation notation();

template <>
Notation notation<Time>() {
  return {"a time", "1.25 ns", {{"ns", 3}, {"ps", 0}, {"us", 6}, {"ms", 9}, {"s", 12}}};
}
template <>
Notation notation<Cycles>() {
  return {"a number of clock cycles", "100 cycles", {{"cycles", 0}, {"cycle", 0}}};
}
template <>
Notation notation<Bytes>() {
  constexpr std::uint64_t kibi = 1024;
  return {"a size",
          "256 KiB",
          {{"B", 0},
           {"KiB", 0, kibi},
           {"MiB", 0, kibi * kibi},
           {"GiB", 0, kibi * kibi * kibi},
           {"kB", 3},
           {"MB", 6},
           {"GB", 9}}};
}
template <>
Notation notation<Bandwidth>() {
  constexpr std::uint64_t kibi = 1024;
  return {"a bandwidth",
          "12.8 GB/s",
          {{"GB/s", 9},
           {"MB/s", 6},
           {"kB/s", 3},
           {"B/s", 0},
           {"KiB/s", 0, kibi},
           {"MiB/s", 0, kibi * kibi},
           {"GiB/s", 0, kibi * kibi * kibi}}};
}
template <>
Notation notation<Frequency>() {
  return {"a clock rate", "800 MHz", {{"MHz", 6}, {"GHz", 9}, {"kHz", 3}, {"Hz", 0}}};
}
template <>
Notation notation<Energy>() {
  return {
      "an energy", "0.2 pJ", {{"pJ", 0}, {"fJ", -3}, {"nJ", 3}, {"uJ", 6}, {"mJ", 9}, {"J", 12}}};
}
template <>
Notation notation<EnergyPerBit>() {
  return {"an energy per bit", "15.6 pJ/bit", {{"pJ/bit", 0}, {"fJ/bit", -3}, {"nJ/bit", 3}}};
}
template <>
Notation notation<Power>() {
  return {"a power", "0.45 mW", {{"mW", 0}, {"nW", -6}, {"uW", -3}, {"W", 3}}};
}
template <>
Notation notation<Area>() {
  return {"an area", "739.6 um2", {{"um2", 0}, {"mm2", 6}, {"nm2", -6}}};
}
template <>
Notation notation<Voltage>() {
  return {"a voltage", "1.35 V", {{"V", 0}, {"mV", -3}}};
}
template <>
Notation notation<Current>() {
  return {"a current", "55 mA", {{"mA", 0}, {"uA", -3}, {"A", 3}}};
}
template <>
Notation notation<Length>() {
  return {"a length", "28 nm", {{"nm", 0}, {"um", 3}, {"mm", 6}}};
}

std::string names(const Notation& notation) {
  std::string text;
  for (const Unit& unit : notation.units) {
    text += (text.empty() ? "" : ", ") + std::string(unit.name);
  }
  return text;
}

std::string expectation(const Notation& notation) {
  return "expected " + std::string(notation.what) + " such as '" + std::string(notation.example) +
         "'";
}

[[noreturn]] void refuse(std::string message) {
  throw input_error({}, std::move(message));
}

template <class Representation>
Representation convert(const Decimal& number, const Unit& unit) {
  if constexpr (std::is_integral_v<Representation>) {
    if (number.scientific) {
      refuse("must be written without an exponent");
    }
    return static_cast<Representation>(
        exact_whole(number, unit.scale(), std::numeric_limits<Representation>::max()));
  } else {
    return nearest_double(number, unit.scale());
  }
}

/// The unit after the number, of those the notation knows.
const Unit& find_unit(const Notation& notation, std::string_view text, std::size_t from) {
  const std::size_t first = text.find_first_not_of(' ', from);
  if (first == std::string_view::npos) {
    refuse(in_quotes(text) + " has no unit, " + expectation(notation) +
           " (units: " + names(notation) + ")");
  }
  const std::string_view name = text.substr(first);
  std::vector<std::string> known;
  for (const Unit& unit : notation.units) {
    if (unit.name == name) {
      return unit;
    }
    known.emplace_back(unit.name);
  }
  refuse("unknown unit " + in_quotes(name) + " in " + in_quotes(text) + ", expected one of " +
         names(notation) + suggestion(name, known));
}

void check_period(std::string_view text, Frequency frequency) {
  constexpr double tolerance = 0.001 * (1 + 1e-9);  // 3 GHz is off by 0.1 % exactly
  constexpr double longest = 9e18;                  // picoseconds that fit 63 bits
  if (!(frequency.value() > 0.0)) {
    refuse(in_quotes(text) + " is no clock rate: it must be positive");
  }
  const double exact = 1e12 / frequency.value();
  if (exact > longest) {
    refuse(in_quotes(text) + " is too slow: the period does not fit 63 bits of picoseconds");
  }
  if (std::fabs(static_cast<double>(frequency.period().value()) - exact) > tolerance * exact) {
    const Shortest shown = shortest(std::round(exact * 1000) / 1000);
    refuse(in_quotes(text) + " has a period of " + positional(shown, shown.exponent) +
           " ps, which is more than 0.1 % off a whole number of picoseconds");
  }
}

/// How far a number of this decimal exponent is from one that reads well; the usual unit is given
/// more room.
int awkwardness(int exponent, bool usual) {
  constexpr int most = 2;
  const int least = usual ? -1 : 0;
  return exponent < least ? least - exponent : exponent > most ? exponent - most : 0;
}

std::string real_text(double value, const Notation& notation) {
  const Unit* best = &notation.units.front();
  if (value == 0.0 || !std::isfinite(value)) {
    return (value == 0.0        ? "0 "
            : std::isnan(value) ? "nan "
            : value > 0.0       ? "inf "
                                : "-inf ") +
           std::string(best->name);
  }
  const Shortest number = shortest(value);
  int least = std::numeric_limits<int>::max();
  for (const Unit& unit : notation.units) {
    const int now = awkwardness(number.exponent - unit.exponent, &unit == &notation.units.front());
    if (unit.factor == 1 && now < least) {
      least = now;
      best = &unit;
    }
  }
  return positional(number, number.exponent - best->exponent) + ' ' + std::string(best->name);
}

std::string time_text(std::int64_t picoseconds, const Notation& notation) {
  const Unit* best = &notation.units[1];
  std::uint64_t best_scale = 1;
  const bool negative = picoseconds < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(picoseconds)
                                           : static_cast<std::uint64_t>(picoseconds);
  for (const Unit& unit : notation.units) {
    std::uint64_t scale = 1;
    for (int i = 0; i < unit.exponent; ++i) {
      scale *= 10;
    }
    if (scale > best_scale && magnitude >= scale) {
      best = &unit;
      best_scale = scale;
    }
  }
  std::string text = std::to_string(magnitude / best_scale);
  if (magnitude % best_scale != 0) {
    std::string fraction = std::to_string(best_scale + magnitude % best_scale).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += '.' + fraction;
  }
  return (negative ? "-" : "") + text + ' ' + std::string(best->name);
}

std::string bytes_text(std::uint64_t bytes, const Notation& notation) {
  const Unit* best = &notation.units.front();
  for (const Unit& unit : notation.units) {
    if (bytes != 0 && bytes % unit.factor == 0 && unit.factor > best->factor) {
      best = &unit;
    }
  }
  return std::to_string(bytes / best->factor) + ' ' + std::string(best->name);
}

}  // namespace

template <class Q>
Q parse_quantity(std::string_view text) {
  const Notation how = notation<Q>();
  if (!text.empty() && text.front() == '-') {
    refuse(in_quotes(text) + " is negative, " + expectation(how));
  }
  const Decimal number = read_decimal(text);
  if (number.length == 0) {
    refuse(expectation(how) + ", found " + (text.empty() ? "nothing" : in_quotes(text)));
  }
  const Unit& unit = find_unit(how, text, number.length);
  Q quantity;
  try {
    quantity = Q(convert<typename Q::representation>(number, unit));
  } catch (const Error& problem) {
    const std::string& message = problem.diagnostics().front().message;
    const std::string base =
        std::is_same_v<Q, Time> ? " of ps" : " of " + std::string(how.units[0].name);
    refuse(in_quotes(text) + ' ' + message + (message == "is not a whole number" ? base : ""));
  }
  if constexpr (std::is_same_v<Q, Frequency>) {
    check_period(text, quantity);
  }
  return quantity;
}

template <class Q>
std::string to_text(Q quantity) {
  const Notation how = notation<Q>();
  if constexpr (std::is_same_v<Q, Time>) {
    return time_text(quantity.value(), how);
  } else if constexpr (std::is_integral_v<typename Q::representation>) {
    return bytes_text(quantity.value(), how);
  } else {
    return real_text(quantity.value(), how);
  }
}

template <class Q>
std::string quantity_name() {
  const std::string_view what = notation<Q>().what;
  return std::string(what.substr(what.find(' ') + 1));
}

template <class Q>
std::string unit_names() {
  return names(notation<Q>());
}

template <>
Address parse_quantity<Address>(std::string_view text) {
  constexpr int hexadecimal = 16;
  std::uint64_t value = 0;
  const bool prefixed = text.size() > 2 && text[0] == '0' && text[1] == 'x';
  const std::string_view digits = prefixed ? text.substr(2) : std::string_view();
  const auto result =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal);
  if (prefixed && result.ec == std::errc::result_out_of_range) {
    refuse(in_quotes(text) + " does not fit 64 bits");
  }
  if (!prefixed || result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
    refuse("expected an address such as '0x80000000', found " +
           (text.empty() ? "nothing" : in_quotes(text)));
  }
  return Address(value);
}

template <>
std::string to_text<Address>(Address quantity) {
  constexpr int hexadecimal = 16;
  char buffer[16];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, quantity.value(), hexadecimal);
  return "0x" + std::string(buffer, result.ptr);
}

template <>
std::string quantity_name<Address>() {
  return "address";
}

template <>
std::string unit_names<Address>() {
  return "hexadecimal";
}

#define LACUNA_QUANTITY(Q)                             \
  template Q parse_quantity<Q>(std::string_view text); \
  template std::string to_text<Q>(Q quantity);         \
  template std::string quantity_name<Q>();             \
  template std::string unit_names<Q>();

LACUNA_QUANTITY(Time)
LACUNA_QUANTITY(Cycles)
LACUNA_QUANTITY(Bytes)
LACUNA_QUANTITY(Bandwidth)
LACUNA_QUANTITY(Frequency)
LACUNA_QUANTITY(Energy)
LACUNA_QUANTITY(EnergyPerBit)
LACUNA_QUANTITY(Power)
LACUNA_QUANTITY(Area)
LACUNA_QUANTITY(Voltage)
LACUNA_QUANTITY(Current)
LACUNA_QUANTITY(Length)
#undef LACUNA_QUANTITY

}  // namespace core
}  // namespace lacuna
