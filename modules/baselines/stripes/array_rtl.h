// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/stripes/feeder.h"
#include "baselines/stripes/rtl_row.h"
#include "engine/array_options.h"
#include "engine/rtl_array.h"

namespace lacuna::baselines {

/// The Stripes array with its datapath in SystemVerilog. Buffers, turner and sequencer are those of the other body that works clock by
/// clock.
class RtlStripesArray final : public engine::RtlArray {
 public:
  /// @throws Error (bad_input) on options that no row was built for
  RtlStripesArray(const engine::ArrayOptions& options, unsigned rows, unsigned columns);
  /// With rows that somebody else made.
  RtlStripesArray(const engine::ArrayOptions& options, unsigned columns,
                  engine::RtlRows<StripesRow> rows);

  std::uint32_t pass_bytes() const override { return stripes_lanes; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  bool turn_weights() override { return feeder_.turn(); }
  bool columns_done() const override { return feeder_.done(); }
  engine::ColumnTag fetch() override;

  engine::ArrayOptions options_;
  StripesFeeder feeder_;
  engine::RtlRows<StripesRow> rtl_;
  StripesFetched next_;  // at the rows' inputs
};

}  // namespace lacuna::baselines
