// SPDX-License-Identifier: Apache-2.0
#include "engine/burst_cutter.h"

#include <algorithm>

namespace lacuna::engine {

std::uint64_t burst_length(std::uint64_t address, std::uint64_t bytes, const BurstLimits& limits) {
  const std::uint64_t to_boundary = limits.boundary - address % limits.boundary;
  return std::min({bytes, limits.max_burst, to_boundary});
}

BurstCutter::BurstCutter(const DmaPiece& piece, const BurstLimits& limits)
    : memory_(piece.memory), local_(piece.local), limits_(limits) {
  if (local_.run_stride == 0) {
    local_.run_stride = memory_.run_bytes;
  }
  if (local_.plane_stride == 0) {
    local_.plane_stride = local_.run_stride * memory_.runs;
  }
  if (memory_.runs > 1 && memory_.run_stride == memory_.run_bytes &&
      local_.run_stride == memory_.run_bytes) {
    memory_.run_bytes *= memory_.runs;
    memory_.runs = 1;
  }
  if (memory_.runs == 1 && memory_.plane_stride == memory_.run_bytes &&
      local_.plane_stride == memory_.run_bytes) {
    memory_.run_bytes *= memory_.planes;
    memory_.planes = 1;
  }
  if (memory_.run_bytes == 0 || memory_.runs == 0) {
    memory_.planes = 0;
  }
}

std::optional<Burst> BurstCutter::next() {
  if (plane_ >= memory_.planes) {
    return std::nullopt;
  }
  Burst burst;
  burst.address =
      memory_.address + plane_ * memory_.plane_stride + run_ * memory_.run_stride + position_;
  burst.local = local_.offset + plane_ * local_.plane_stride + run_ * local_.run_stride + position_;
  burst.bytes = burst_length(burst.address, memory_.run_bytes - position_, limits_);
  position_ += burst.bytes;
  if (position_ == memory_.run_bytes) {
    position_ = 0;
    ++run_;
  }
  if (run_ == memory_.runs) {
    run_ = 0;
    ++plane_;
  }
  return burst;
}

}  // namespace lacuna::engine
