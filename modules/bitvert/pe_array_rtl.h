// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "bitvert/array_options.h"
#include "bitvert/column_feeder.h"
#include "bitvert/operand_probe.h"
#include "bitvert/rtl_row.h"
#include "engine/rtl_array.h"

namespace lacuna::bitvert {

/// The array with its datapath in SystemVerilog. Buffers, sequencer and sums of activations are those of the other body that works
/// clock by clock.
class RtlPeArray final : public engine::RtlArray {
 public:
  /// @throws Error (bad_input) on options that no row was built for
  RtlPeArray(const ArrayOptions& options, unsigned rows, unsigned columns);
  /// With rows that somebody else made.
  RtlPeArray(const ArrayOptions& options, unsigned columns, engine::RtlRows<RtlRow> rows);

  std::uint32_t pass_bytes() const override { return pass_length; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  bool turn_weights() override { return feeder_.transpose(); }
  bool columns_done() const override { return feeder_.done(); }
  ColumnTag fetch() override;
  void taken(const ColumnTag& tag) override;

  ArrayOptions options_;
  ColumnFeeder feeder_;
  engine::RtlRows<RtlRow> rtl_;
  FetchedColumns next_;  // at the rows' inputs
  std::optional<OperandProbe> probe_;
};

}  // namespace lacuna::bitvert
