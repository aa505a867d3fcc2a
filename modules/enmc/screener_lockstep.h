// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/lockstep_array.h"
#include "engine/lockstep_params.h"
#include "enmc/rank_params.h"
#include "enmc/screener_body.h"

namespace lacuna::enmc {

/// Two bodies told the same: the first one's answers go to the platform, the second one's are compared.
class LockstepScreener final : public ScreenerBody {
 public:
  LockstepScreener(std::string name, const RankParams& params,
                   std::unique_ptr<ScreenerBody> reference, std::unique_ptr<ScreenerBody> follower,
                   engine::DifferenceListener point_at = {});

  void load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) override;
  void load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) override;
  /// @throws Error (wrong_result) at the first difference, as filter does
  std::uint64_t multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) override;
  FilteredBlock filter(const ScreenerBlock& block, std::uint32_t context) override;
  void throttle(unsigned percent, std::uint64_t seed) override;

 private:
  void compare(const FilteredBlock& expected, const FilteredBlock& got);
  void compare_sums(const FilteredBlock& expected, const FilteredBlock& got);
  void compare_clocks(const char* step, std::uint64_t expected, std::uint64_t got) const;
  [[noreturn]] void differ(const std::string& what) const;

  std::string name_;
  engine::LockstepParams params_;
  std::size_t comparators_;
  std::unique_ptr<ScreenerBody> reference_;
  std::unique_ptr<ScreenerBody> follower_;
  engine::DifferenceListener point_at_;
  std::uint64_t blocks_ = 0;
  ScreenerBlock block_;  // at work
  std::uint32_t context_ = 0;
  std::uint64_t clocks_ = 0;  // of this step
};

}  // namespace lacuna::enmc
