// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cosim/handshake_checker.h"
#include "engine/rtl_probe.h"
#include "enmc/rank_params.h"
#include "enmc/screener_body.h"
#include "enmc/screener_slice.h"
#include "enmc/screener_trace.h"

namespace lacuna::enmc {

/// The Screener's datapath in SystemVerilog. A load enters burst by burst, from its first byte, as
/// they come over the rank's data bus; a step's clocks count from the one after its first burst, or
/// its command, was taken.
class RtlScreener final : public ScreenerBody, public engine::RtlProbe {
 public:
  /// @throws Error (bad_input) on parameters that nothing was built for
  explicit RtlScreener(const RankParams& params);
  /// With a slice that somebody else made.
  RtlScreener(const RankParams& params, engine::RtlRows<ScreenerSlice> slice);

  void load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) override;
  void load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) override;
  std::uint64_t multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) override;
  FilteredBlock filter(const ScreenerBlock& block, std::uint32_t context) override;
  void throttle(unsigned percent, std::uint64_t seed) override { trace_.throttle(percent, seed); }

 private:
  ScreenerStatus tick(const ScreenerBeat* beat, bool sums_ready, bool index_ready);
  void load(ScreenerBeat::Kind kind, Span<const std::uint8_t> data);
  void command_filter();
  void take_sums(const ScreenerBlock& block, std::uint32_t row);
  void guard(std::uint64_t clocks) const;

  std::uint32_t comparators_;
  engine::RtlRows<ScreenerSlice> slice_;
  ScreenerTrace trace_;
  cosim::HandshakeChecker<std::uint32_t> sums_checker_;
  cosim::HandshakeChecker<std::uint32_t> index_checker_;
  std::vector<std::int32_t> sums_;
  std::vector<std::int32_t> group_;
  std::vector<std::uint64_t> compared_;
  std::vector<PassedRow> passed_;
};

}  // namespace lacuna::enmc
