// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

namespace lacuna::engine {

/// From now to the next edge of a clock that started at time zero; nothing at an edge.
inline sc_core::sc_time to_clock_edge(const sc_core::sc_time& period) {
  const std::uint64_t since = sc_core::sc_time_stamp().value() % period.value();
  return sc_core::sc_time::from_value(since == 0 ? 0 : period.value() - since);
}

/// Whole clocks between two moments, a begun one counted.
inline std::uint64_t clocks_between(const sc_core::sc_time& from, const sc_core::sc_time& to,
                                    const sc_core::sc_time& period) {
  return ((to - from).value() + period.value() - 1) / period.value();
}

}  // namespace lacuna::engine
