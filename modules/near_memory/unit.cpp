// SPDX-License-Identifier: Apache-2.0
#include "near_memory/unit.h"

#include <algorithm>
#include <cstring>
#include <deque>

#include "core/error.h"
#include "near_memory/arithmetic.h"
#include "sparse/screening/executor.h"
#include "tlm/time.h"

namespace lacuna::near_memory {

namespace {

constexpr std::uint64_t unit_burst_bytes = 64;
constexpr std::uint32_t result_bytes = 8;

Span<const std::uint8_t> bytes_of(Span<const float> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), 4 * values.size()};  // NOLINT
}

}  // namespace

Unit::Unit(const sc_core::sc_module_name& name, const UnitParams& params, std::uint32_t sockets,
           std::uint64_t interleave, tlm::Watchdog& watchdog)
    : sc_module(name), port("port", sockets, interleave), params_(params), watchdog_(watchdog) {
  SC_HAS_PROCESS(Unit);
  SC_THREAD(run);
}

void Unit::begin(const UnitLayout& layout, std::uint32_t number,
                 const workload::ClassifierConstants& constants, sc_core::sc_event& done) {
  layout_ = layout;
  number_ = number;
  constants_ = constants;
  done_ = &done;
  working_ = true;
  begin_.notify();
}

void Unit::run() {
  try {
    while (true) {
      sc_core::wait(begin_);
      const Time since = tlm::now();
      multiplied_at_ = since;
      paced_at_ = since;
      classify();
      worked_ += tlm::now() - since;
      working_ = false;
      done_->notify();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Unit::classify() {
  parts_.assign(layout_.contexts, std::nullopt);
  chosen_.assign(layout_.contexts, {});
  headers_.assign(layout_.contexts, {});
  outputs_.clear();
  outputs_stored_ = 0;
  spills_ = layout_.spills_outputs(params_);
  score_all(layout_.screening ? layout_.screener : layout_.classifier);
  pass_outputs();
  if (layout_.screening) {
    for (std::uint32_t context = 0; context < layout_.contexts; ++context) {
      score_candidates(context);
    }
  }
  store_headers();
  port.await_stores();
}

/// Outputs of all rows; those of the classifier go to memory in any case, as they are the results.
void Unit::score_all(const Matrix& matrix) {
  SweepRows all;
  all.matrix = matrix;
  all.contexts = layout_.contexts;
  all.count = rows();
  sweep(all, [this](std::uint32_t, Span<const float> outputs) { collect_output(outputs); });
  if (spills_) {
    flush_outputs();
    port.await_stores();
  } else if (!layout_.screening) {
    const Span<const float> kept(outputs_);
    const std::size_t most = params_.request.value() / 4;
    for (std::size_t at = 0; at < kept.size(); at += most) {
      port.store(layout_.outputs_at + 4 * at,
                 bytes_of(kept.subspan(at, std::min(most, kept.size() - at))));
    }
  }
}

void Unit::collect_output(Span<const float> outputs) {
  outputs_.insert(outputs_.end(), outputs.begin(), outputs.end());
  const std::uint64_t most = std::min<std::uint64_t>(params_.output_buffer.value(), 65536);
  if (spills_ && 4 * outputs_.size() >= most) {
    flush_outputs();
  }
}

void Unit::flush_outputs() {
  if (outputs_.empty()) {
    return;
  }
  port.store(layout_.outputs_at + outputs_stored_, bytes_of(outputs_));
  outputs_stored_ += 4 * outputs_.size();
  spilled_ += 4 * outputs_.size();
  outputs_.clear();
}

/// Every output is looked at once more: it is a candidate, or part of the softmax.
void Unit::pass_outputs() {
  const std::uint32_t step = layout_.output_rows(params_);
  const std::uint64_t row_bytes = std::uint64_t{4} * layout_.contexts;
  std::uint32_t asked = 0;
  for (std::uint32_t first = 0; first < rows(); first += step) {
    const std::uint32_t count = std::min(step, rows() - first);
    if (!spills_) {
      take_outputs(first,
                   Span<const float>(outputs_).subspan(std::size_t{first} * layout_.contexts,
                                                       std::size_t{count} * layout_.contexts));
      continue;
    }
    while (asked < rows() && port.loads() < params_.requests) {
      const std::uint32_t next = std::min(step, rows() - asked);
      port.load(layout_.outputs_at + asked * row_bytes,
                static_cast<std::uint32_t>(next * row_bytes));
      spilled_ += next * row_bytes;
      asked += next;
    }
    const Load& load = port.next();
    arrive(load, 0);
    widened_.resize(load.data.size() / 4);
    std::memcpy(widened_.data(), load.data.data(), load.data.size());
    take_outputs(first, widened_);
    port.pop();
  }
}

void Unit::take_outputs(std::uint32_t first, Span<const float> outputs) {
  std::vector<float> kept;
  double operations = static_cast<double>(outputs.size());  // comparisons
  for (std::uint32_t context = 0; context < layout_.contexts; ++context) {
    const std::uint32_t found =
        split_outputs(outputs, layout_, constants_, context, first, kept, chosen_[context]);
    operations += exponential_operations * static_cast<double>(kept.size());
    candidates_ += found;
    merge_part(parts_[context], kept);
  }
  compute(operations / static_cast<double>(params_.macs()));
}

void Unit::score_candidates(std::uint32_t context) {
  SweepRows rows_of_context;
  rows_of_context.matrix = layout_.candidates;
  rows_of_context.first_context = context;
  rows_of_context.chosen = &chosen_[context];
  rows_of_context.count = static_cast<std::uint32_t>(chosen_[context].size());
  std::vector<UnitResult> results;
  std::uint64_t at = layout_.results_at + std::uint64_t{result_bytes} * context * rows();
  const auto flush = [&] {
    const Span<const std::uint8_t> bytes{
        reinterpret_cast<const std::uint8_t*>(results.data()),  // NOLINT
        result_bytes * results.size()};
    if (!bytes.empty()) {
      port.store(at, bytes);
    }
    at += bytes.size();
    results.clear();
  };
  sweep(rows_of_context, [&](std::uint32_t index, Span<const float> outputs) {
    const float value = outputs[0];
    merge_candidate(parts_[context], value);
    compute(exponential_operations / static_cast<double>(params_.macs()));
    results.push_back({chosen_[context][index], value});
    if (result_bytes * results.size() >=
        std::min<std::uint64_t>(params_.output_buffer.value(), 4096)) {
      flush();
    }
  });
  flush();
}

void Unit::store_headers() {
  for (std::uint32_t context = 0; context < layout_.contexts; ++context) {
    ResultHeader header;
    if (parts_[context]) {
      header.maximum = parts_[context]->maximum;
      header.sum = parts_[context]->sum;
    }
    header.results =
        layout_.screening ? static_cast<std::uint32_t>(chosen_[context].size()) : rows();
    std::vector<std::uint8_t> burst(unit_burst_bytes);
    std::memcpy(burst.data(), &header, sizeof header);
    port.store(layout_.headers_at + unit_burst_bytes * context, burst);
  }
}

void Unit::sweep(const SweepRows& rows, const Sink& sink) {
  Sweep pieces(rows, layout_, params_);
  std::deque<Piece> pending;
  bool ended = false;
  while (true) {
    while (!ended && !pieces.held() && port.loads() < params_.requests) {
      const auto piece = pieces.next();
      ended = !piece && !pieces.held();
      if (!piece) {
        break;
      }
      ask(rows, *piece);
      pending.push_back(*piece);
    }
    if (!pending.empty()) {
      use(rows, pending.front(), sink);
      pending.pop_front();
    } else if (pieces.held()) {
      port.await_stores();
      pieces.release();
    } else if (ended) {
      return;
    }
  }
}

void Unit::ask(const SweepRows& rows, const Piece& piece) {
  if (piece.kind == Piece::Kind::features) {
    for (std::uint32_t i = 0; i < rows.contexts; ++i) {
      port.load(piece.at + std::uint64_t{rows.first_context + i} * rows.matrix.feature_stride(),
                piece.bytes);
    }
  } else if (piece.kind != Piece::Kind::store_sums) {
    port.load(piece.at, piece.bytes);
  }
}

void Unit::use(const SweepRows& rows, const Piece& piece, const Sink& sink) {
  const auto floats = [](const Load& load, std::vector<float>& values) {
    values.resize(load.data.size() / 4);
    std::memcpy(values.data(), load.data.data(), load.data.size());
  };
  switch (piece.kind) {
    case Piece::Kind::features:
      features_.resize(rows.contexts);
      for (std::vector<float>& features : features_) {
        floats(port.next(), features);
        arrive(port.next(), 0);
        port.pop();
      }
      return;
    case Piece::Kind::biases:
      biases_ = port.next().data;
      biases_at_ = piece.at;
      break;
    case Piece::Kind::load_sums:
      floats(port.next(), sums_);
      sums_first_ = piece.index;
      spilled_ += piece.bytes;
      break;
    case Piece::Kind::weights:
      multiply(rows, piece, port.next(), sink);
      port.pop();
      return;
    case Piece::Kind::store_sums:
      port.store(piece.at, bytes_of(sums_));
      spilled_ += 4 * sums_.size();
      return;
  }
  arrive(port.next(), 0);
  port.pop();
}

void Unit::multiply(const SweepRows& rows, const Piece& piece, const Load& load, const Sink& sink) {
  const Matrix& matrix = rows.matrix;
  const std::uint32_t values = matrix.tile_values(piece.tile);
  arrive(load, multiply_clocks(params_, piece.rows, values, rows.contexts));
  macs_ += std::uint64_t{piece.rows} * values * rows.contexts;
  const std::uint32_t most = Sweep::block_rows_of(rows, params_);
  if (piece.tile == 0 && piece.index % most == 0) {
    sums_first_ = piece.index;
    const std::uint32_t block = std::min(most, rows.count - piece.index);
    sums_.assign(std::size_t{block} * rows.contexts, 0.0F);
  }
  std::vector<float> outputs(rows.contexts);
  for (std::uint32_t i = 0; i < piece.rows; ++i) {
    const Span<const float> weights =
        row_values(matrix,
                   Span<const std::uint8_t>(load.data).subspan(std::size_t{i} * matrix.row_bytes,
                                                               matrix.bytes_of(values)),
                   values);
    float* sums = sums_.data() + std::size_t{piece.index + i - sums_first_} * rows.contexts;
    for (std::uint32_t c = 0; c < rows.contexts; ++c) {
      const float part = sparse::screening::lane_dot(weights, features_[c], params_.values);
      sums[c] = piece.tile == 0 ? part : sums[c] + part;
    }
    if (piece.tile + 1 == matrix.tiles()) {
      const float bias = bias_of(matrix, rows.row(piece.index + i));
      for (std::uint32_t c = 0; c < rows.contexts; ++c) {
        outputs[c] = sums[c] + bias;
      }
      sink(piece.index + i, outputs);
    }
  }
}

Span<const float> Unit::row_values(const Matrix& matrix, Span<const std::uint8_t> bytes,
                                   std::uint32_t count) {
  widened_.resize(count);
  widen(bytes, matrix.value_bits, widened_);
  return widened_;
}

float Unit::bias_of(const Matrix& matrix, std::uint32_t row) const {
  const std::uint64_t at = matrix.biases_at + std::uint64_t{4} * row - biases_at_;
  float bias = 0;
  std::memcpy(&bias, biases_.data() + at, sizeof bias);
  return bias;
}

void Unit::compute(double clocks) {
  busy_ps_ += clocks * period_ps_;
  multiplied_at_ = std::max(multiplied_at_, tlm::now()) + of_clocks(clocks);
  spend_until(multiplied_at_);
}

/// A load has come, or is about to; so much is to be done with it.
void Unit::arrive(const Load& load, double clocks) {
  const double tail = clocks * std::min(1.0, static_cast<double>(unit_burst_bytes) /
                                                 static_cast<double>(load.data.size()));
  busy_ps_ += clocks * period_ps_;
  const Time begin = std::max(multiplied_at_, load.first_data);
  multiplied_at_ = std::max(begin + of_clocks(clocks), load.end_of_data + of_clocks(tail));
  spend_until(multiplied_at_);
  if (pace_ > 0) {
    const Time step(
        static_cast<std::int64_t>(static_cast<double>(load.data.size()) / pace_ * 1e12));
    paced_at_ = std::max(paced_at_ + step, tlm::now());
    spend_until(paced_at_);
  }
  watchdog_.progress();
}

void Unit::spend_until(Time when) {
  if (when > tlm::now()) {
    sc_core::wait(tlm::to_sc_time(when - tlm::now()));
  }
}

}  // namespace lacuna::near_memory
