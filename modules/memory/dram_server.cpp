// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_server.h"

#include <algorithm>
#include <cmath>

namespace lacuna::memory {

ServiceTimes FlatDram::serve(std::uint64_t, std::uint64_t bytes, bool, Time arrival) {
  const Time start = std::max(arrival, free_at_);
  free_at_ = start + Time(std::llround(static_cast<double>(bytes) * picoseconds_per_byte_));
  return {start + latency_, free_at_ + latency_, bytes};
}

TimedDram::TimedDram(const DramDevice& device, const DramParams& params)
    : controller_(device, params.channels, params.ranks, params.address_map,
                  params.refresh == DramRefresh::all_bank),
      clock_ps_(device.timing.clock_ps),
      frontend_(params.frontend_latency),
      backend_(params.backend_latency) {}

Time TimedDram::service_time(Time arrival) const {
  // The first clock edge after: that is where the first command may stand.
  return Time(clock_after(arrival) * clock_ps_);
}

void TimedDram::advance(Time now) {
  now_ = std::max<Clock>(now_, now.value() / clock_ps_);
  controller_.advance(now_);
}

ServiceTimes TimedDram::serve(std::uint64_t address, std::uint64_t bytes, bool write,
                              Time arrival) {
  const Clock not_before = std::max(now_, clock_after(arrival + frontend_));
  const TransferTimes times = controller_.transfer(address, bytes, write, not_before);
  return {Time(times.first_data * clock_ps_) + backend_,
          Time(times.end_of_data * clock_ps_) + backend_, times.bus_bytes};
}

}  // namespace lacuna::memory
