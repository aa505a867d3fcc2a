// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units.h"

namespace lacuna::memory {

/// When a payload's data flow, in absolute time.
struct ServiceTimes {
  Time first_data;
  Time end;
};

/// A memory without banks: a latency, then so many bytes a second, one payload after another. No
/// SystemC.
class FlatDram {
 public:
  /// No time passes.
  FlatDram() = default;
  FlatDram(Bandwidth bandwidth, Time latency)
      : picoseconds_per_byte_(1e12 / bandwidth.value()), latency_(latency) {}

  ServiceTimes serve(std::uint64_t bytes, Time arrival);

 private:
  double picoseconds_per_byte_ = 0;
  Time latency_;
  Time free_at_;
};

}  // namespace lacuna::memory
