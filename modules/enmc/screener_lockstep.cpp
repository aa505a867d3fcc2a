// SPDX-License-Identifier: Apache-2.0
#include "enmc/screener_lockstep.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::enmc {

namespace {

// Clocks of a waveform that show how a difference came about.
constexpr std::uint64_t shown_before_step = 64;
constexpr std::uint64_t shown_after_step = 64;

}  // namespace

LockstepScreener::LockstepScreener(std::string name, const RankParams& params,
                                   std::unique_ptr<ScreenerBody> reference,
                                   std::unique_ptr<ScreenerBody> follower,
                                   engine::DifferenceListener point_at)
    : name_(std::move(name)),
      params_(params.screener.lockstep),
      comparators_(params.comparators),
      reference_(std::move(reference)),
      follower_(std::move(follower)),
      point_at_(std::move(point_at)) {
  if (params_.contract == engine::LockstepContract::elastic) {
    throttle(params_.throttle, params_.seed);
  }
}

void LockstepScreener::throttle(unsigned percent, std::uint64_t seed) {
  reference_->throttle(percent, seed);
  follower_->throttle(percent, seed);
}

void LockstepScreener::load_features(const ScreenerBlock& block,
                                     Span<const std::uint8_t> features) {
  reference_->load_features(block, features);
  follower_->load_features(block, features);
}

void LockstepScreener::load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) {
  ++blocks_;
  reference_->load_biases(block, biases);
  follower_->load_biases(block, biases);
}

std::uint64_t LockstepScreener::multiply(const ScreenerBlock& block,
                                         Span<const std::uint8_t> weights) {
  block_ = block;
  context_ = 0;
  clocks_ = reference_->multiply(block, weights);
  compare_clocks("multiplying", clocks_, follower_->multiply(block, weights));
  return clocks_;
}

FilteredBlock LockstepScreener::filter(const ScreenerBlock& block, std::uint32_t context) {
  block_ = block;
  context_ = context;
  const FilteredBlock expected = reference_->filter(block, context);
  clocks_ = expected.clocks;
  compare(expected, follower_->filter(block, context));
  return expected;
}

void LockstepScreener::compare(const FilteredBlock& expected, const FilteredBlock& got) {
  compare_sums(expected, got);
  const std::size_t both = std::min(expected.passed.size(), got.passed.size());
  for (std::size_t i = 0; i < both; ++i) {
    const PassedRow& due = expected.passed[i];
    const PassedRow& came = got.passed[i];
    if (due.row != came.row || (params_.tolerance == 0 && due.clock != came.clock)) {
      differ(fmt::format("index {}: expected row {} in clock {}, got row {} in clock {}", i,
                         block_.first_row + due.row, due.clock, block_.first_row + came.row,
                         came.clock));
    }
  }
  if (expected.passed.size() != got.passed.size()) {
    differ(fmt::format("expected {} indices in {} clocks, got {} in {}", expected.passed.size(),
                       expected.clocks, got.passed.size(), got.clocks));
  }
  compare_clocks("filtering", expected.clocks, got.clocks);
}

void LockstepScreener::compare_sums(const FilteredBlock& expected, const FilteredBlock& got) {
  if (expected.compared.size() != got.compared.size() || expected.sums.size() != got.sums.size()) {
    differ(fmt::format("expected {} sums in {} groups, got {} in {}", expected.sums.size(),
                       expected.compared.size(), got.sums.size(), got.compared.size()));
  }
  for (std::size_t group = 0; group < expected.compared.size(); ++group) {
    const std::uint64_t due = expected.compared[group];
    const std::uint64_t came = got.compared[group];
    const std::size_t first = group * comparators_;
    const std::size_t end = std::min(first + comparators_, expected.sums.size());
    for (std::size_t row = first; row < end; ++row) {
      if (expected.sums[row] != got.sums[row]) {
        differ(fmt::format("row {}: expected {} in clock {}, got {} in clock {}",
                           block_.first_row + row, expected.sums[row], due, got.sums[row], came));
      }
    }
    if (params_.tolerance == 0 && due != came) {
      differ(fmt::format("sums from row {} on came in clock {}, due in {}",
                         block_.first_row + first, came, due));
    }
  }
}

void LockstepScreener::compare_clocks(const char* step, std::uint64_t expected,
                                      std::uint64_t got) const {
  if (std::max(expected, got) - std::min(expected, got) > params_.tolerance) {
    differ(fmt::format("{} took {} clocks, expected {}", step, got, expected));
  }
}

void LockstepScreener::differ(const std::string& what) const {
  if (point_at_) {
    point_at_(shown_before_step, clocks_ + shown_after_step);
  }
  Diagnostic diagnostic;
  diagnostic.message = fmt::format(
      "{}: bodies in lockstep differ in block {} (rows from {}), context {} of the pass: {}", name_,
      blocks_ == 0 ? 0 : blocks_ - 1, block_.first_row, context_, what);
  if (params_.contract == engine::LockstepContract::elastic) {
    diagnostic.message += fmt::format("; throttled with seed {}", params_.seed);
  }
  throw Error(Fault::wrong_result, {diagnostic});
}

}  // namespace lacuna::enmc
