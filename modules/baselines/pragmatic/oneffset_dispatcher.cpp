// SPDX-License-Identifier: Apache-2.0
#include "baselines/pragmatic/oneffset_dispatcher.h"

#include <algorithm>

namespace lacuna::baselines {
namespace {

/// @param bits not zero
unsigned leading_one(std::uint8_t bits) {
  unsigned position = 7;
  while (((bits >> position) & 1u) == 0) {
    --position;
  }
  return position;
}

}  // namespace

void OneffsetDispatcher::load(Span<const std::uint8_t> weights) {
  for (unsigned i = 0; i < serial_lanes; ++i) {
    const bool negative = (weights[i] & 0x80u) != 0;
    lanes_[i].negative = negative;
    lanes_[i].sign_pending = negative && rule_.sign_cycle;
    lanes_[i].magnitude = negative ? static_cast<std::uint8_t>(0x100u - weights[i]) : weights[i];
  }
}

bool OneffsetDispatcher::pending() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [](const Lane& lane) { return lane.sign_pending || lane.magnitude != 0; });
}

PeOperation OneffsetDispatcher::schedule() {
  PeOperation operation;
  operation.working = true;
  unsigned highest = 0;
  for (const Lane& lane : lanes_) {
    if (!lane.sign_pending && lane.magnitude != 0) {
      highest = std::max(highest, leading_one(lane.magnitude));
    }
  }
  const unsigned reach = (1u << rule_.first_stage_bits) - 1;
  const unsigned common = highest > reach ? highest - reach : 0;
  operation.common_shift = static_cast<std::uint8_t>(common);
  for (unsigned i = 0; i < serial_lanes; ++i) {
    Lane& lane = lanes_[i];
    if (lane.sign_pending) {
      lane.sign_pending = false;
      ++operation.effectual;
      continue;
    }
    if (lane.magnitude == 0) {
      continue;
    }
    const unsigned offset = leading_one(lane.magnitude);
    if (offset < common) {
      continue;  // out of the shifter's reach in this cycle
    }
    operation.lanes[i] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(offset - common),
                          true, lane.negative};
    ++operation.effectual;
    lane.magnitude = static_cast<std::uint8_t>(lane.magnitude & ~(1u << offset));
  }
  return operation;
}

}  // namespace lacuna::baselines
