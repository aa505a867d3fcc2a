// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_server.h"

#include <algorithm>
#include <cmath>

namespace lacuna::memory {

ServiceTimes FlatDram::serve(std::uint64_t bytes, Time arrival) {
  const Time start = picoseconds_per_byte_ == 0 ? arrival : std::max(arrival, free_at_);
  free_at_ = start + Time(std::llround(static_cast<double>(bytes) * picoseconds_per_byte_));
  return {start + latency_, free_at_ + latency_};
}

}  // namespace lacuna::memory
