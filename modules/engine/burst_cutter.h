// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "engine/dma_descriptor.h"

namespace lacuna::engine {

/// The length of the longest legal burst at an address.
std::uint64_t burst_length(std::uint64_t address, std::uint64_t bytes, const BurstLimits& limits);

/// Cuts one piece into bursts, in the order of its runs. Runs that touch each other at both ends
/// become one.
class BurstCutter {
 public:
  /// Nothing to cut.
  BurstCutter() { memory_.planes = 0; }
  BurstCutter(const DmaPiece& piece, const BurstLimits& limits);

  /// The next burst, or nothing when the piece is done.
  std::optional<Burst> next();

 private:
  MemoryPattern memory_;
  LocalPattern local_;
  BurstLimits limits_;
  std::uint32_t plane_ = 0;
  std::uint32_t run_ = 0;
  std::uint64_t position_ = 0;  // within the run
};

}  // namespace lacuna::engine
