// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "enmc/rank_params.h"
#include "enmc/screener_body.h"
#include "enmc/screener_trace.h"

namespace lacuna::enmc {

/// The Screener's datapath a block at once: sums by the host's kernels, clocks by rank_timing.h, or,
/// throttled, by what those say of each burst and the trace of the handshakes.
class FastScreener final : public ScreenerBody {
 public:
  explicit FastScreener(const RankParams& params) : params_(params) {}

  void load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) override;
  void load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) override;
  std::uint64_t multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) override;
  FilteredBlock filter(const ScreenerBlock& block, std::uint32_t context) override;
  void throttle(unsigned percent, std::uint64_t seed) override { trace_.throttle(percent, seed); }

 private:
  std::uint64_t throttled_multiply(const ScreenerBlock& block, std::uint64_t bytes);
  void compute_sums(const ScreenerBlock& block);
  std::uint64_t throttle_filter(std::uint32_t rows);

  RankParams params_;
  ScreenerTrace trace_;
  std::vector<std::uint8_t> features_;
  std::vector<std::int32_t> biases_;
  std::vector<std::uint8_t> weights_;
  std::vector<std::int32_t> sums_;  // [contexts, rows]
  std::vector<std::uint64_t> compared_;
  std::vector<PassedRow> passed_;
};

}  // namespace lacuna::enmc
