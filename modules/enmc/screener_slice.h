// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/built_rows.h"
#include "enmc/screener_body.h"

namespace lacuna::enmc {

/// What comes over a rank's data bus in one clock (rtl/enmc_screener_pkg.sv).
struct ScreenerBeat {
  enum class Kind : std::uint8_t { features, biases, weights, filter };
  static constexpr std::size_t most_bytes = 64;

  Kind kind = Kind::filter;
  bool first = false;  ///< of a load
  Span<const std::uint8_t> data;
};

/// What a slice shows in a clock.
struct ScreenerStatus {
  bool in_ready = false;
  bool sums_valid = false;
  std::uint32_t sums_row = 0;
  bool index_valid = false;
  std::uint32_t index_context = 0;
  std::uint32_t index_row = 0;
  bool working = false;   ///< the multipliers
  bool drained = false;   ///< no weights are left behind this clock
  bool filtered = false;  ///< of a context, this is the last clock
};

/// The Screener's datapath in SystemVerilog (rtl/enmc_screener.sv), behind a class that knows no
/// simulator.
class ScreenerSlice {
 public:
  virtual ~ScreenerSlice() = default;
  /// All that this build has, by int4_macs and comparators; none without Verilator.
  static const std::vector<engine::BuiltRow<ScreenerSlice>>& built();

  virtual void reset() = 0;
  /// The status registers; they stay until the block is filtered.
  virtual void configure(const ScreenerBlock& block) = 0;
  /// Sets the inputs of this clock. @param beat none: nothing comes
  virtual void drive(const ScreenerBeat* beat, bool sums_ready, bool index_ready) = 0;
  /// After drive(), in the same clock.
  virtual ScreenerStatus status() const = 0;
  /// While sums_valid; how many there are at most is how many comparators.
  virtual std::int32_t sum(std::uint32_t number) const = 0;
  /// The rising edge.
  virtual void clock() = 0;
};

}  // namespace lacuna::enmc
