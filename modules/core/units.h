// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace lacuna {
inline namespace core {

/// A number with a dimension. Quantities of different dimensions do not mix; the value is in the
/// base unit that the alias below names.
template <class Dimension, class Representation>
class Quantity {
 public:
  using representation = Representation;

  constexpr Quantity() = default;
  constexpr explicit Quantity(Representation value) : value_(value) {}

  constexpr Representation value() const { return value_; }

  friend constexpr bool operator==(Quantity a, Quantity b) { return a.value_ == b.value_; }
  friend constexpr bool operator!=(Quantity a, Quantity b) { return a.value_ != b.value_; }
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.value_ < b.value_; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.value_ <= b.value_; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return a.value_ > b.value_; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return a.value_ >= b.value_; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return Quantity(a.value_ + b.value_);
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(a.value_ - b.value_);
  }
  friend constexpr Quantity operator*(Quantity a, Representation n) {
    return Quantity(a.value_ * n);
  }
  friend constexpr Quantity operator*(Representation n, Quantity a) {
    return Quantity(a.value_ * n);
  }
  friend constexpr Quantity operator/(Quantity a, Representation n) {
    return Quantity(a.value_ / n);
  }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }

 private:
  Representation value_{};
};

using Time = Quantity<struct TimeDimension, std::int64_t>;       ///< picoseconds
using Cycles = Quantity<struct CyclesDimension, std::uint64_t>;  ///< clock cycles of some clock
using Bytes = Quantity<struct BytesDimension, std::uint64_t>;    ///< bytes
using Bandwidth = Quantity<struct BandwidthDimension, double>;   ///< bytes per second
using Energy = Quantity<struct EnergyDimension, double>;         ///< picojoules
using EnergyPerBit = Quantity<struct EnergyPerBitDimension, double>;  ///< picojoules per bit
using Power = Quantity<struct PowerDimension, double>;                ///< milliwatts
using Area = Quantity<struct AreaDimension, double>;                  ///< square micrometres
using Voltage = Quantity<struct VoltageDimension, double>;            ///< volts
using Current = Quantity<struct CurrentDimension, double>;            ///< milliamperes
using Length = Quantity<struct LengthDimension, double>;  ///< nanometres (technology nodes)
using Address =
    Quantity<struct AddressDimension, std::uint64_t>;  ///< in the memory map, written "0x80000000"

/// A clock rate in hertz. Its period is a whole number of picoseconds, rounded to the nearest.
class Frequency : public Quantity<struct FrequencyDimension, double> {
 public:
  using Quantity::Quantity;
  constexpr Time period() const { return Time(static_cast<std::int64_t>(1e12 / value() + 0.5)); }
};

/// Reads "800 MHz", "256 KiB", "12.8 GB/s", "15.6 pJ/bit", "0.45 mW", "739.6 um2", "28 nm", "1.35
/// V", "55 mA". Quantities in files are finite and not negative; times are whole picoseconds, sizes
/// whole bytes; a clock rate is positive and its period at most 0.1 % off whole picoseconds.
/// Decimal fractions are converted exactly, whatever the locale.
/// @throws Error (bad_input, no place) that says which units are understood
template <class Q>
Q parse_quantity(std::string_view text);

/// Writes a quantity so that parse_quantity reads the same value back, in the unit that reads best.
template <class Q>
std::string to_text(Q quantity);

/// What Q measures: "clock rate".
template <class Q>
std::string quantity_name();

/// The units that parse_quantity understands for Q, the common one first: "MHz, GHz, kHz, Hz".
template <class Q>
std::string unit_names();

constexpr Time operator""_ps(unsigned long long n) {
  return Time(static_cast<std::int64_t>(n));
}
constexpr Time operator""_ns(unsigned long long n) {
  return Time(static_cast<std::int64_t>(n) * 1000);
}
constexpr Time operator""_us(unsigned long long n) {
  return Time(static_cast<std::int64_t>(n) * 1000000);
}
constexpr Frequency operator""_MHz(unsigned long long n) {
  return Frequency(static_cast<double>(n) * 1e6);
}
constexpr Frequency operator""_GHz(unsigned long long n) {
  return Frequency(static_cast<double>(n) * 1e9);
}
constexpr Bytes operator""_B(unsigned long long n) {
  return Bytes(n);
}
constexpr Bytes operator""_KiB(unsigned long long n) {
  return Bytes(n * 1024);
}
constexpr Bytes operator""_MiB(unsigned long long n) {
  return Bytes(n * 1024 * 1024);
}
constexpr Bytes operator""_GiB(unsigned long long n) {
  return Bytes(n * 1024 * 1024 * 1024);
}
constexpr Bandwidth operator""_GB_per_s(long double n) {
  return Bandwidth(static_cast<double>(n) * 1e9);
}
constexpr Energy operator""_pJ(long double n) {
  return Energy(static_cast<double>(n));
}

}  // namespace core
}  // namespace lacuna
