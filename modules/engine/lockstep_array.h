// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/array_model.h"
#include "engine/lockstep_params.h"

namespace lacuna::engine {

/// Told of a difference: it shows in this many cycles back from now, and this many on.
using DifferenceListener = std::function<void(std::uint64_t back, std::uint64_t on)>;

/// Two bodies fed from one stream of tiles: the first drives the platform, the second follows. Every set of sums that reaches the
/// output registers is compared in order; at the end of a tile, cycles and counters are.
class LockstepArray : public ArrayModel {
 public:
  LockstepArray(std::string name, const LockstepParams& params,
                std::unique_ptr<ArrayModel> reference, std::unique_ptr<ArrayModel> follower,
                DifferenceListener point_at = {});

  std::uint32_t pass_bytes() const override { return reference_->pass_bytes(); }
  bool clocked() const override { return true; }
  bool counts_values() const override { return reference_->counts_values(); }
  ArrayResult compute(const TileOperands& operands, Span<std::int32_t> accumulators) override;
  void begin(const TileOperands& operands, Span<std::int32_t> accumulators) override;
  /// @throws Error (wrong_result) at the first difference
  bool step() override;
  ArrayResult result() const override { return reference_->result(); }

 private:
  struct Beat {
    ResultPlace place;
    std::vector<std::int32_t> sums;  // [columns, rows]
    std::uint64_t cycle;
  };
  void compare_beats();
  void compare(const Beat& expected, const Beat& actual) const;
  void finish();
  [[noreturn]] void differ(const std::string& what) const;

  std::string name_;
  LockstepParams params_;
  std::unique_ptr<ArrayModel> reference_;
  std::unique_ptr<ArrayModel> follower_;
  DifferenceListener point_at_;
  std::uint64_t step_ = 0;  // of the job
  std::uint64_t next_step_ = 0;
  std::uint64_t cycle_ = 0;
  std::uint64_t follower_cycle_ = 0;
  bool follower_running_ = false;
  std::uint32_t rows_ = 0;
  std::uint32_t tile_width_ = 1;
  TileStep tile_;
  Span<std::int32_t> sums_;
  std::vector<std::int32_t> follower_sums_;
  std::deque<Beat> expected_;
  std::deque<Beat> actual_;
};

}  // namespace lacuna::engine
