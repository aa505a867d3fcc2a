// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/rtl_array.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/main_controller.h"
#include "sparsynergy/octet.h"

namespace lacuna::sparsynergy {

/// The array with its octets in SystemVerilog, arranged as each tile asks for. Buffers, turner and main controller are those of the
/// other body that works clock by clock.
class RtlArray final : public engine::RtlArray, public LoadCounter {
 public:
  /// @throws Error (bad_input) on options that no octet was built for
  RtlArray(const ArrayOptions& options, unsigned octets);
  /// With octets that somebody else made.
  RtlArray(const ArrayOptions& options, engine::RtlRows<Octet> octets);

  std::uint32_t pass_bytes() const override { return controller_.segment_elements(); }
  /// @throws Error (broken_model) when the tile is for another number of octets
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;
  const LoadCounts& loads() const override { return loads_; }

 private:
  bool turn_weights() override { return controller_.turn(); }
  bool columns_done() const override { return controller_.done(); }
  engine::ColumnTag fetch() override;
  void taken(const engine::ColumnTag& tag) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void count_lanes(const engine::ColumnTag& tag,
                   const std::vector<engine::RtlRowStatus>& status) override;
  void count_idle(const engine::ColumnTag& tag) override;

  ArrayOptions options_;
  MainController controller_;
  engine::RtlRows<Octet> rtl_;  // [rows, columns]
  Issued next_;                 // at the octets' inputs
  LoadCounts loads_;
};

}  // namespace lacuna::sparsynergy
