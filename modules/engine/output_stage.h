// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/job.h"

namespace lacuna::engine {

/// What the output stage does with one accumulator: (accumulator + bias) modulo 2^32, then, if
/// asked, times multiplier / 2^(shift modulo 64), rounded half to even; ReLU; clamped to the output
/// type.
std::int32_t finish_output(std::int32_t accumulator, const ChannelScale& scale, bool requantize,
                           bool relu, OutputType type);

/// The multiply-shift of many channels: arrays of one element a channel, and what results are
/// clamped to.
struct MultiplyShiftLanes {
  const std::int64_t* multiplier;
  const std::int64_t* bias_product;  ///< bias x multiplier
  const std::int64_t* shift;
  const std::int64_t* half;  ///< 2^(shift-1) - 1: with it, more than a half carries
  const std::int64_t*
      offset;  ///< 2^63 >> shift: an unsigned shift does for signed numbers that 2^63 was added to
  const std::int64_t* odd;  ///< 1, or 0 for a shift of 0: a half goes up when the quotient is odd
  std::int64_t low;
  std::int64_t high;
};

/// The output stage set up for the channels of a tile: the same for many positions at once.
class OutputStage {
 public:
  /// @param scales of the channels in tile order
  OutputStage(Span<const ChannelScale> scales, bool requantize, bool relu, OutputType type);

  std::size_t channels() const { return channels_; }
  OutputType type() const { return type_; }

  /// Finishes whole positions.
  /// @param accumulators [positions, channels]
  /// @param outputs [positions, channels] elements of the output type, little-endian
  /// @throws Error (stuck) when the spans do not fit each other
  void finish(Span<const std::int32_t> accumulators, Span<std::uint8_t> outputs) const;

 private:
  void finish_position(const std::int32_t* accumulators, Span<std::int32_t> finished) const;
  void store(Span<const std::int32_t> finished, std::uint8_t* outputs) const;

  std::size_t channels_;
  bool requantize_;
  OutputType type_;
  std::int32_t low_;  ///< what outputs are clamped to
  std::int32_t high_;
  // Behind the pointers of MultiplyShiftLanes.
  std::vector<std::int32_t> bias_;
  std::vector<std::int64_t> multiplier_;
  std::vector<std::int64_t> bias_product_;
  std::vector<std::int64_t> shift_;
  std::vector<std::int64_t> half_;
  std::vector<std::int64_t> offset_;
  std::vector<std::int64_t> odd_;
};

}  // namespace lacuna::engine
