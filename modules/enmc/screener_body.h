// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"

namespace lacuna::enmc {

/// What the status registers say of the rows between two FILTERs.
struct ScreenerBlock {
  std::uint32_t contexts = 1;
  std::uint32_t length = 0;     ///< values of a screener row
  std::uint32_t first_row = 0;  ///< of the rank
  std::uint32_t rows = 0;
  std::int32_t threshold = 0;

  std::uint32_t row_bytes() const { return (length + 1) / 2; }
};

/// A row of the block above the threshold.
struct PassedRow {
  std::uint32_t row = 0;
  std::uint64_t clock = 0;  ///< in which its index leaves, from the step's first
};

/// Of one context.
struct FilteredBlock {
  Span<const std::int32_t> sums;  ///< a row each
  Span<const std::uint64_t>
      compared;                  ///< clocks in which as many of them as there are comparators left
  Span<const PassedRow> passed;  ///< in order
  std::uint64_t clocks = 0;
};

/// The datapath of the Screener: feature buffer, INT4 multipliers, partial sums, comparators. It
/// computes when it is told, and says how many clocks of the logic that takes; whoever asks lets them
/// pass. Spans that it gives are valid until the next call.
class ScreenerBody {
 public:
  virtual ~ScreenerBody() = default;

  /// Into the feature buffer, where they stay. @param features [contexts, row bytes]
  virtual void load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) = 0;
  /// A block's first step: a bias for each of its rows.
  virtual void load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) = 0;
  /// Against all contexts, what follows the weights before.
  /// @return clocks from the one after the first burst came until the multipliers are done
  virtual std::uint64_t multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) = 0;
  /// Context by context, once all weights of the block have passed.
  virtual FilteredBlock filter(const ScreenerBlock& block, std::uint32_t context) = 0;
  /// Makes handshakes wait at random, in so many percent of the clocks: bursts come late, sums and
  /// indices leave late. Bodies with the same seed see the same trace.
  virtual void throttle(unsigned percent, std::uint64_t seed) = 0;
};

}  // namespace lacuna::enmc
