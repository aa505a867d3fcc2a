// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "core/random.h"

namespace lacuna::workload {

/// Random words of 64 bits by number, at about a nanosecond each: for tensors of gigabytes, where
/// RandomStream would take most of the time. Word i is the i-th output of SplitMix64 [Steele, Lea,
/// Flood, OOPSLA'14] from a state that (seed, name) determine.
class CounterWords {
 public:
  explicit CounterWords(std::uint64_t state) : state_(state) {}
  CounterWords(std::uint64_t seed, std::string_view name) {
    const RandomStream stream(seed, name);
    state_ = std::uint64_t{stream.word(0)} << 32 | stream.word(1);
  }

  std::uint64_t word(std::uint64_t index) const {
    std::uint64_t z = state_ + (index + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace lacuna::workload
