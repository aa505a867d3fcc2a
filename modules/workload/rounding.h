// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::workload {

/// The nearest whole number, the even one of two, for |value| < 2^31. Adding 1.5 * 2^52 leaves no fraction bits, so that the
/// addition itself rounds: the same on every IEEE machine, and four at a time where there are vectors.
inline std::int32_t round_half_even(double value) {
  constexpr double to_whole = 6755399441055744.0;
  return static_cast<std::int32_t>(value + to_whole - to_whole);
}

}  // namespace lacuna::workload
