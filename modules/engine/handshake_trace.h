// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace lacuna::engine {

/// When operands arrive at a block and results may leave it, clock by clock. Bodies with the same
/// seed see the same trace; without throttling nothing waits.
class HandshakeTrace {
 public:
  /// From the next clock on every handshake waits in so many percent of the clocks.
  void throttle(unsigned percent, std::uint64_t seed) {
    percent_ = percent;
    random_.seed(seed);
  }
  void clock() {
    if (percent_ != 0) {
      arrives_ = random_() % 100 >= percent_;
      leaves_ = random_() % 100 >= percent_;
    }
  }
  bool arrives() const { return arrives_; }
  bool leaves() const { return leaves_; }

 private:
  unsigned percent_ = 0;
  std::mt19937_64 random_;
  bool arrives_ = true;
  bool leaves_ = true;
};

}  // namespace lacuna::engine
