// SPDX-License-Identifier: Apache-2.0
#include "engine/lockstep_array.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::engine {

namespace {

// Cycles of a waveform that show how a difference came about.
constexpr std::uint64_t shown_before = 64;
constexpr std::uint64_t shown_after = 16;

}  // namespace

LockstepArray::LockstepArray(std::string name, const LockstepParams& params,
                             std::unique_ptr<ArrayModel> reference,
                             std::unique_ptr<ArrayModel> follower, DifferenceListener point_at)
    : name_(std::move(name)),
      params_(params),
      reference_(std::move(reference)),
      follower_(std::move(follower)),
      point_at_(std::move(point_at)) {
  if (params_.contract == LockstepContract::elastic) {
    reference_->throttle(params_.throttle, params_.seed);
    follower_->throttle(params_.throttle, params_.seed);
  }
  reference_->listen([this](const ResultPlace& place, const std::vector<std::int32_t>& sums) {
    expected_.push_back({place, sums, cycle_});
  });
  follower_->listen([this](const ResultPlace& place, const std::vector<std::int32_t>& sums) {
    actual_.push_back({place, sums, follower_cycle_});
  });
}

ArrayResult LockstepArray::compute(const TileOperands& operands, Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void LockstepArray::begin(const TileOperands& operands, Span<std::int32_t> accumulators) {
  cycle_ = follower_cycle_ = 0;
  rows_ = operands.geometry.array_rows;
  tile_ = operands.geometry.step;
  const bool first_of_job = tile_.convolution_group == 0 && tile_.channel_tile == 0 &&
                            tile_.position_tile == 0 && tile_.chunk == 0;
  step_ = first_of_job ? 0 : next_step_;
  next_step_ = step_ + 1;
  tile_width_ = std::max(1u, tile_.width);
  expected_.clear();
  actual_.clear();
  sums_ = accumulators;
  follower_sums_.assign(accumulators.begin(), accumulators.end());
  reference_->begin(operands, accumulators);
  follower_->begin(operands, follower_sums_);
  follower_running_ = true;
}

bool LockstepArray::step() {
  const bool running = reference_->step();
  cycle_ += running ? 1 : 0;
  // Within the tolerance the follower may need longer: it goes on while nobody waits for it.
  do {
    follower_running_ = follower_running_ && follower_->step();
    follower_cycle_ += follower_running_ ? 1 : 0;
    compare_beats();
  } while (!running && follower_running_);
  if (!running) {
    finish();
  }
  return running;
}

void LockstepArray::compare_beats() {
  while (!expected_.empty() && !actual_.empty()) {
    compare(expected_.front(), actual_.front());
    expected_.pop_front();
    actual_.pop_front();
  }
}

void LockstepArray::compare(const Beat& expected, const Beat& actual) const {
  const ResultPlace& place = expected.place;
  if (place.first_position != actual.place.first_position ||
      place.first_channel != actual.place.first_channel) {
    differ(
        fmt::format("sums of positions from {} and channels from {} came where those from {} "
                    "and {} were due",
                    actual.place.first_position, actual.place.first_channel, place.first_position,
                    place.first_channel));
  }
  for (std::uint32_t column = 0; column < place.positions; ++column) {
    for (std::uint32_t row = 0; row < place.channels; ++row) {
      const std::size_t at = std::size_t{column} * rows_ + row;
      if (expected.sums[at] != actual.sums[at]) {
        const std::uint32_t position = place.first_position + column;
        differ(
            fmt::format("channel {} of the tile, output row {}, column {}: expected {} in cycle "
                        "{}, got {} in cycle {}",
                        place.first_channel + row, tile_.out_row + position / tile_width_,
                        tile_.out_column + position % tile_width_, expected.sums[at],
                        expected.cycle, actual.sums[at], actual.cycle));
      }
    }
  }
  if (params_.tolerance == 0 && expected.cycle != actual.cycle) {
    differ(fmt::format("sums of positions from {} and channels from {} came in cycle {}, due in {}",
                       place.first_position, place.first_channel, actual.cycle, expected.cycle));
  }
}

void LockstepArray::finish() {
  if (!expected_.empty() || !actual_.empty()) {
    differ(
        fmt::format("{} sets of sums are missing, {} too many", expected_.size(), actual_.size()));
  }
  if (!std::equal(follower_sums_.begin(), follower_sums_.end(), sums_.begin())) {
    differ("the sums in the output buffer");
  }
  const std::uint64_t apart =
      cycle_ > follower_cycle_ ? cycle_ - follower_cycle_ : follower_cycle_ - cycle_;
  if (apart > params_.tolerance) {
    differ(fmt::format("it took {} cycles, expected {}", follower_cycle_, cycle_));
  }
  if (params_.tolerance == 0 && !(reference_->result() == follower_->result())) {
    differ("a counter");
  }
}

void LockstepArray::differ(const std::string& what) const {
  if (point_at_) {
    const std::uint64_t ahead = follower_cycle_ > cycle_ ? follower_cycle_ - cycle_ : 0;
    point_at_(std::min(cycle_, shown_before), ahead + shown_after);
  }
  Diagnostic diagnostic;
  diagnostic.message = fmt::format(
      "{}: bodies in lockstep differ in tile step {} (channel tile {}, position tile {}, chunk "
      "{}): {}",
      name_, step_, tile_.channel_tile, tile_.position_tile, tile_.chunk, what);
  if (params_.contract == LockstepContract::elastic) {
    diagnostic.message += fmt::format("; throttled with seed {}", params_.seed);
  }
  throw Error(Fault::wrong_result, {diagnostic});
}

}  // namespace lacuna::engine
