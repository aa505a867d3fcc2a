// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

#include "core/units.h"

namespace lacuna::tlm {

/// The one conversion between Lacuna's picoseconds and SystemC's time (resolution 1 ps, its
/// default).
inline sc_core::sc_time to_sc_time(Time time) {
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(time.value()));
}
inline Time to_time(const sc_core::sc_time& time) {
  return Time(static_cast<std::int64_t>(time.value()));
}
inline Time now() {
  return to_time(sc_core::sc_time_stamp());
}

}  // namespace lacuna::tlm
