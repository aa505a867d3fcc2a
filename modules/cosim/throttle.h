// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace lacuna::cosim {

/// Whether one side of a handshake waits in a cycle: at random, in so many percent of the cycles.
class Throttle {
 public:
  Throttle() = default;
  Throttle(unsigned percent, std::uint64_t seed) : percent_(percent), random_(seed) {}

  bool waits() { return percent_ != 0 && random_() % 100 < percent_; }

 private:
  unsigned percent_ = 0;
  std::mt19937_64 random_;
};

}  // namespace lacuna::cosim
