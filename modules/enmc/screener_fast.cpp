// SPDX-License-Identifier: Apache-2.0
#include "enmc/screener_fast.h"

#include <algorithm>

#include "core/rounding.h"
#include "enmc/rank_timing.h"
#include "sparse/screening/screener.h"

namespace lacuna::enmc {

namespace {

constexpr std::uint64_t weight_beat_bytes = 64;
constexpr std::uint64_t weight_buffer_beats = 4;

}  // namespace

void FastScreener::load_features(const ScreenerBlock& /*block*/,
                                 Span<const std::uint8_t> features) {
  trace_.skip();
  features_.assign(features.begin(), features.end());
}

void FastScreener::load_biases(const ScreenerBlock& /*block*/, Span<const std::int32_t> biases) {
  trace_.skip();
  biases_.assign(biases.begin(), biases.end());
  weights_.clear();
}

std::uint64_t FastScreener::multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) {
  const std::uint64_t clocks = trace_.throttled()
                                   ? throttled_multiply(block, weights.size())
                                   : screening_clocks(params_, weights.size(), block.contexts,
                                                      block.row_bytes(), weights_.size());
  weights_.insert(weights_.end(), weights.begin(), weights.end());
  return clocks;
}

/// A burst enters the buffer when it comes and finds a place there; the multipliers take it from the
/// clock after that on.
std::uint64_t FastScreener::throttled_multiply(const ScreenerBlock& block, std::uint64_t bytes) {
  engine::HandshakeTrace trace = trace_.next();
  const std::uint64_t beats = ceil_div(bytes, weight_beat_bytes);
  std::uint64_t accepted = 0;
  std::uint64_t done = 0;
  std::uint64_t left = 0;  // clocks of the burst at work
  std::uint64_t clocks = 0;
  bool offered = false;
  while (done < beats) {
    trace.clock();
    offered = offered || (accepted < beats && trace.arrives());
    clocks += accepted > 0 ? 1 : 0;
    const std::uint64_t held = accepted - done;
    if (held > 0) {
      if (left == 0) {
        const std::uint64_t at = done * weight_beat_bytes;
        left = screening_clocks(params_, std::min(weight_beat_bytes, bytes - at), block.contexts,
                                block.row_bytes(), weights_.size() + at);
      }
      done += --left == 0 ? 1 : 0;
    }
    if (offered && held < weight_buffer_beats) {
      offered = false;
      ++accepted;
    }
  }
  return clocks;
}

void FastScreener::compute_sums(const ScreenerBlock& block) {
  // What a program has not loaded is zero.
  weights_.resize(std::size_t{block.rows} * block.row_bytes());
  features_.resize(std::size_t{block.contexts} * block.row_bytes());
  biases_.resize(std::max<std::size_t>(biases_.size(), block.rows));
  sparse::screening::ScreenerRows rows;
  rows.weights = weights_;
  rows.stride = block.row_bytes();
  rows.length = block.length;
  rows.bias = Span<const std::int32_t>(biases_).first(block.rows);
  sums_.resize(std::size_t{block.rows} * block.contexts);
  sparse::screening::screen_batch(rows, features_, block.contexts, sums_);
  weights_.clear();
}

FilteredBlock FastScreener::filter(const ScreenerBlock& block, std::uint32_t context) {
  if (context == 0) {
    compute_sums(block);
  }
  FilteredBlock filtered;
  filtered.sums =
      Span<const std::int32_t>(sums_).subspan(std::size_t{context} * block.rows, block.rows);
  passed_.clear();
  compared_.clear();
  for (std::uint32_t row = 0; row < block.rows; ++row) {
    if (row % params_.comparators == 0) {
      compared_.push_back(filter_clocks(params_, row, passed_.size()));
    }
    if (filtered.sums[row] > block.threshold) {
      // The comparisons up to its own come first, then an index a clock.
      passed_.push_back({row, filter_clocks(params_, row + 1, passed_.size())});
    }
  }
  filtered.clocks = trace_.throttled() && block.rows != 0
                        ? throttle_filter(block.rows)
                        : filter_clocks(params_, block.rows, passed_.size());
  filtered.compared = compared_;
  filtered.passed = passed_;
  return filtered;
}

/// Corrects the clocks of all that leaves: who takes sums and indices lets them wait.
std::uint64_t FastScreener::throttle_filter(std::uint32_t rows) {
  engine::HandshakeTrace trace = trace_.next();
  std::uint64_t clock = 0;
  const auto leave = [&](bool sums) {
    do {
      trace.clock();
      ++clock;
    } while (!(sums ? trace.arrives() : trace.leaves()));
    return clock - 1;
  };
  std::size_t next = 0;
  for (std::size_t group = 0; group < compared_.size(); ++group) {
    compared_[group] = leave(true);
    const std::uint64_t end =
        std::min<std::uint64_t>(rows, (group + 1) * std::uint64_t{params_.comparators});
    for (; next < passed_.size() && passed_[next].row < end; ++next) {
      passed_[next].clock = leave(false);
    }
  }
  return clock;
}

}  // namespace lacuna::enmc
