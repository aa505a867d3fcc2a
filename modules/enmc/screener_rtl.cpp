// SPDX-License-Identifier: Apache-2.0
#include "enmc/screener_rtl.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::enmc {

namespace {

constexpr const char* screener_rtl_option = "LACUNA_RTL_ENMC";
constexpr Bytes built_buffer = 256_B;
constexpr std::uint32_t built_contexts = 8;
// No step of a block of 64 sums takes as long, however throttled.
constexpr std::uint64_t longest_step = 1U << 20;

engine::RtlRows<ScreenerSlice> make_screener_slice(const RankParams& params) {
  const engine::RtlParameters wanted = {{"int4_macs", params.int4_macs},
                                        {"comparators", params.comparators}};
  std::string known;
  for (const engine::BuiltRow<ScreenerSlice>& built : ScreenerSlice::built()) {
    if (built.parameters == wanted) {
      return built.make(1, nullptr);
    }
    known += (known.empty() ? "" : "; ") + engine::to_text(built.parameters);
  }
  if (known.empty()) {
    throw input_error({},
                      "rank.screener.model: this build has no bodies in SystemVerilog; install the "
                      "package verilator and build again");
  }
  throw input_error({}, fmt::format("rank.screener.model: none with {} was built in SystemVerilog; "
                                    "there are those with {} ({})",
                                    engine::to_text(wanted), known, screener_rtl_option));
}

[[noreturn]] void refuse_handshake(const cosim::Violation& violation) {
  throw model_error(fmt::format("screener in SystemVerilog: {} of {}: {} in clock {}",
                                violation.rule, violation.channel, violation.text,
                                violation.cycle));
}

}  // namespace

RtlScreener::RtlScreener(const RankParams& params)
    : RtlScreener(params, make_screener_slice(params)) {}

RtlScreener::RtlScreener(const RankParams& params, engine::RtlRows<ScreenerSlice> slice)
    : comparators_(params.comparators),
      slice_(std::move(slice)),
      sums_checker_("sums", 0, refuse_handshake),
      index_checker_("index", 0, refuse_handshake) {
  if (params.feature_buffer > built_buffer || params.psum_buffer > built_buffer) {
    throw input_error({},
                      "rank.screener.model: in SystemVerilog feature_buffer and psum_buffer have "
                      "256 bytes, or less");
  }
  attach(*slice_.simulation);
  slice_.rows.front()->reset();
}

ScreenerStatus RtlScreener::tick(const ScreenerBeat* beat, bool sums_ready, bool index_ready) {
  ScreenerSlice& slice = *slice_.rows.front();
  begin_cycle();
  slice.drive(beat, sums_ready, index_ready);
  const ScreenerStatus status = slice.status();
  sums_checker_.clock(status.sums_valid, sums_ready, status.sums_row);
  index_checker_.clock(status.index_valid, index_ready,
                       status.index_context << 8 | status.index_row);
  if (status.sums_valid) {
    group_.resize(comparators_);
    for (std::uint32_t i = 0; i < comparators_; ++i) {
      group_[i] = slice.sum(i);
    }
  }
  clock_edge([&] { slice.clock(); });
  return status;
}

void RtlScreener::guard(std::uint64_t clocks) const {
  if (clocks > longest_step) {
    Diagnostic diagnostic;
    diagnostic.message =
        fmt::format("screener in SystemVerilog: a step does not end in {} clocks", longest_step);
    throw Error(Fault::wrong_result, {diagnostic});
  }
}

/// Bursts into a buffer that takes them all.
void RtlScreener::load(ScreenerBeat::Kind kind, Span<const std::uint8_t> data) {
  engine::HandshakeTrace trace = trace_.next();
  bool offered = false;
  std::uint64_t clocks = 0;
  for (std::size_t at = 0; at < data.size(); guard(++clocks)) {
    trace.clock();
    offered = offered || trace.arrives();
    const std::size_t size = std::min(ScreenerBeat::most_bytes, data.size() - at);
    const ScreenerBeat beat = {kind, at == 0, data.subspan(at, size)};
    if (tick(offered ? &beat : nullptr, true, true).in_ready && offered) {
      offered = false;
      at += size;
    }
  }
}

void RtlScreener::load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) {
  if (block.contexts > built_contexts) {
    throw model_error(
        fmt::format("{} contexts for a Screener of {}", block.contexts, built_contexts));
  }
  slice_.rows.front()->configure(block);
  load(ScreenerBeat::Kind::features, features);
}

void RtlScreener::load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) {
  slice_.rows.front()->configure(block);
  std::vector<std::uint8_t> bytes;
  for (const std::int32_t bias : biases) {
    for (unsigned i = 0; i < 4; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(bias) >> (8 * i)));
    }
  }
  load(ScreenerBeat::Kind::biases, bytes);
}

std::uint64_t RtlScreener::multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) {
  slice_.rows.front()->configure(block);
  engine::HandshakeTrace trace = trace_.next();
  bool offered = false;
  std::size_t at = 0;
  std::uint64_t clocks = 0;
  for (std::uint64_t all = 0; true; guard(++all)) {
    trace.clock();
    offered = offered || (at < weights.size() && trace.arrives());
    const std::size_t size = std::min(ScreenerBeat::most_bytes, weights.size() - at);
    const ScreenerBeat beat = {ScreenerBeat::Kind::weights, at == 0, weights.subspan(at, size)};
    const ScreenerStatus status = tick(offered ? &beat : nullptr, true, true);
    clocks += at > 0 ? 1 : 0;
    if (at == weights.size() && status.drained) {
      return clocks;
    }
    if (offered && status.in_ready) {
      offered = false;
      at += size;
    }
  }
}

void RtlScreener::command_filter() {
  const ScreenerBeat command = {ScreenerBeat::Kind::filter, true, {}};
  for (std::uint64_t clocks = 0; !tick(&command, false, false).in_ready; ++clocks) {
    guard(clocks);
  }
}

FilteredBlock RtlScreener::filter(const ScreenerBlock& block, std::uint32_t context) {
  FilteredBlock filtered;
  sums_.assign(block.rows, 0);
  compared_.clear();
  passed_.clear();
  if (block.rows != 0) {
    if (context == 0) {
      slice_.rows.front()->configure(block);
      command_filter();
    }
    engine::HandshakeTrace trace = trace_.next();
    for (bool ended = false; !ended; guard(filtered.clocks)) {
      trace.clock();
      const ScreenerStatus status = tick(nullptr, trace.arrives(), trace.leaves());
      if (status.sums_valid && trace.arrives()) {
        compared_.push_back(filtered.clocks);
        take_sums(block, status.sums_row);
      }
      if (status.index_valid && trace.leaves()) {
        passed_.push_back({status.index_row, filtered.clocks});
      }
      ++filtered.clocks;
      ended = status.filtered;
    }
  }
  filtered.sums = sums_;
  filtered.compared = compared_;
  filtered.passed = passed_;
  return filtered;
}

void RtlScreener::take_sums(const ScreenerBlock& block, std::uint32_t row) {
  if (row >= block.rows) {
    return;
  }
  group_.resize(std::min(comparators_, block.rows - row));
  inject(group_);
  std::copy(group_.begin(), group_.end(), sums_.begin() + row);
}

}  // namespace lacuna::enmc
