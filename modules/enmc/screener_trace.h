// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/handshake_trace.h"

namespace lacuna::enmc {

/// Handshakes of a Screener's steps: in each of them bursts and sums by one random sequence, indices
/// by another. Without throttling nothing waits.
class ScreenerTrace {
 public:
  void throttle(unsigned percent, std::uint64_t seed) {
    percent_ = percent;
    seed_ = seed;
  }
  bool throttled() const { return percent_ != 0; }
  /// Passes over the trace of the next step.
  void skip() { ++step_; }
  /// Of the next step.
  engine::HandshakeTrace next() {
    engine::HandshakeTrace trace;
    trace.throttle(percent_, seed_ + step_++);
    return trace;
  }

 private:
  unsigned percent_ = 0;
  std::uint64_t seed_ = 0;
  std::uint64_t step_ = 0;
};

}  // namespace lacuna::enmc
