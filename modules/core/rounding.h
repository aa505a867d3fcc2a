// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

namespace lacuna {
inline namespace core {

/// `a` over `b`, rounded up. Does not overflow. `b` is not 0.
template <typename A, typename B>
constexpr std::common_type_t<A, B> ceil_div(A a, B b) {
  static_assert(std::is_unsigned_v<A> && std::is_unsigned_v<B>, "rounding up is for counts");
  return a / b + (a % b != 0 ? 1 : 0);
}

/// The smallest multiple of `multiple` that is no less than `value`.
template <typename A, typename B>
constexpr std::common_type_t<A, B> round_up(A value, B multiple) {
  return ceil_div(value, multiple) * multiple;
}

}  // namespace core
}  // namespace lacuna
