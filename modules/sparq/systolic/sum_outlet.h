// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/array_model.h"

namespace lacuna::sparq {

/// Where sums go that leave a systolic array one by one: into the output buffer, where those of earlier chunks wait for them.
class SumOutlet {
 public:
  void listen(const engine::ResultListener& listener) { listener_ = listener; }
  void begin(const engine::TileStep& step, Span<std::int32_t> accumulators) {
    channels_ = step.channels;
    adds_ = !step.first_chunk;
    accumulators_ = accumulators;
    taken_ = 0;
  }
  /// Adds the sums that came by to what a step did.
  engine::ArrayResult counted(engine::ArrayResult result) const {
    result.sum_writes += taken_;
    result.sum_reads += adds_ ? taken_ : 0;
    return result;
  }
  /// Whether a PE's sum is anybody's: an array tile may be smaller than the array.
  static bool belongs(const engine::ResultPlace& place, unsigned row, unsigned column) {
    return row < place.channels && column < place.positions;
  }
  /// @param place of the array tile, to which the PE's sum belongs
  void take(const engine::ResultPlace& place, unsigned row, unsigned column, std::int32_t sum) {
    const std::uint32_t position = place.first_position + column;
    const std::uint32_t channel = place.first_channel + row;
    std::int32_t& accumulator = accumulators_[std::size_t{position} * channels_ + channel];
    accumulator = static_cast<std::int32_t>(static_cast<std::uint32_t>(accumulator) +
                                            static_cast<std::uint32_t>(sum));
    ++taken_;
    if (listener_) {
      listener_({position, 1, channel, 1}, {sum});
    }
  }

 private:
  std::uint32_t channels_ = 0;  // of the tile
  bool adds_ = false;           // to sums of earlier chunks
  std::uint64_t taken_ = 0;
  Span<std::int32_t> accumulators_;
  engine::ResultListener listener_;
};

}  // namespace lacuna::sparq
