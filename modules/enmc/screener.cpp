// SPDX-License-Identifier: Apache-2.0
#include "enmc/screener.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.h"
#include "enmc/rank_timing.h"
#include "enmc/screener_fast.h"
#include "sparse/screening/executor.h"
#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

constexpr std::size_t translator_steps = 4;
constexpr std::uint64_t burst_bytes = 64;

using sparse::screening::SoftmaxPart;

void merge_into(std::optional<SoftmaxPart>& whole, const SoftmaxPart& part) {
  if (whole) {
    const std::vector<SoftmaxPart> both = {*whole, part};
    whole = sparse::screening::merge_softmax(both);
  } else {
    whole = part;
  }
}

}  // namespace

Screener::Screener(const sc_core::sc_module_name& name, const RankParams& params, RankPort& port,
                   IndexBuffer& indices, OutputBuffer& outputs, RankAccounts& accounts,
                   sc_core::sc_event& changed)
    : sc_module(name),
      params_(params),
      stream_(port, params.requests),
      indices_(indices),
      outputs_(outputs),
      accounts_(accounts),
      changed_(changed),
      body_(std::make_unique<FastScreener>(params)) {
  SC_HAS_PROCESS(Screener);
  SC_THREAD(fetch);
  SC_THREAD(compute);
}

void Screener::push(const ScreenerStep& step) {
  while (steps_.size() >= translator_steps) {
    sc_core::wait(fetched_);
  }
  steps_.push_back(step);
  pushed_.notify();
}

void Screener::set_sums(const Pass& pass, std::vector<std::int32_t> sums) {
  biases_ = std::move(sums);
  fresh_sums_ = true;
  const ScreenerBlock block = block_of(pass);
  if (block.rows > biases_.size()) {
    throw model_error(fmt::format("{} sums for a buffer of {}", block.rows, biases_.size()));
  }
  if (block.rows != 0) {
    body_->load_biases(block, Span<const std::int32_t>(biases_).first(block.rows));
  }
}

std::uint32_t Screener::rows_of_block(const Pass& pass, std::uint32_t first) const {
  return std::min(pass.block_rows, pass.rows - std::min(first, pass.rows));
}

void Screener::fetch() {
  while (true) {
    while (steps_.empty()) {
      sc_core::wait(pushed_);
    }
    const ScreenerStep step = steps_.front();
    switch (step.kind) {
      case ScreenerStep::Kind::begin:
        fetch_row_ = 0;
        fetch_bytes_ = 0;
        break;
      case ScreenerStep::Kind::features:
        ask(step, step.address, std::uint64_t{step.pass.contexts} * step.pass.row_bytes());
        break;
      case ScreenerStep::Kind::biases:
        ask(step, step.address, 4 * std::uint64_t{rows_of_block(step.pass, fetch_row_)});
        break;
      case ScreenerStep::Kind::multiply:
        fetch_weights(step);
        break;
      case ScreenerStep::Kind::filter:
        fetch_row_ += rows_of_block(step.pass, fetch_row_);
        fetch_bytes_ = 0;
        break;
    }
    if (step.kind == ScreenerStep::Kind::begin || step.kind == ScreenerStep::Kind::filter) {
      work_.push_back({step.kind, step.pass});
      work_there_.notify();
    }
    steps_.pop_front();
    fetched_.notify();
  }
}

/// The rows of the last block need not fill it.
void Screener::fetch_weights(const ScreenerStep& step) {
  const std::uint64_t all =
      std::uint64_t{rows_of_block(step.pass, fetch_row_)} * step.pass.row_bytes();
  const std::uint64_t bytes = std::min(step.bytes, all - std::min(all, fetch_bytes_));
  fetch_bytes_ += bytes;
  const std::uint64_t most = params_.request.value();
  for (std::uint64_t at = 0; at < bytes; at += most) {
    ask(step, step.address + at, std::min(most, bytes - at));
  }
}

void Screener::ask(const ScreenerStep& step, std::uint64_t address, std::uint64_t bytes) {
  if (bytes == 0) {
    return;
  }
  accounts_.screener_bytes += bytes;
  stream_.ask(address, static_cast<std::uint32_t>(bytes), 0);
  work_.push_back({step.kind, step.pass});
  work_there_.notify();
}

void Screener::compute() {
  try {
    compute_all();
  } catch (const Error& error) {
    if (watchdog_ == nullptr) {
      throw;
    }
    watchdog_->fail(error);
  }
}

void Screener::compute_all() {
  while (true) {
    if (work_.empty()) {
      busy_ = false;
      changed_.notify();
      const Time idle_since = tlm::now();
      while (work_.empty()) {
        sc_core::wait(work_there_);
      }
      starved_ += in_pass_ ? tlm::now() - idle_since : Time(0);
      busy_ = true;
    }
    const Work work = work_.front();
    work_.pop_front();
    switch (work.kind) {
      case ScreenerStep::Kind::begin:
        row_ = 0;
        multiplied_bytes_ = 0;
        in_pass_ = true;
        parts_.assign(work.pass.contexts, std::nullopt);
        break;
      case ScreenerStep::Kind::multiply:
        fresh_sums_ = false;
        multiply(work.pass);
        break;
      case ScreenerStep::Kind::filter:
        fresh_sums_ = false;
        filter(work.pass);
        break;
      case ScreenerStep::Kind::features:
      case ScreenerStep::Kind::biases: {
        const Load& load = stream_.next();
        spend_until(load.end_of_data);
        if (work.kind == ScreenerStep::Kind::features) {
          features_ = load.data;
          body_->load_features(block_of(work.pass), features_);
        } else {
          fresh_sums_ = true;
          biases_.resize(load.data.size() / 4);
          std::memcpy(biases_.data(), load.data.data(), load.data.size());
          body_->load_biases(block_of(work.pass), biases_);
        }
        stream_.pop();
        break;
      }
    }
  }
}

void Screener::spend_until(Time when) {
  if (when > tlm::now()) {
    sc_core::wait(tlm::to_sc_time(when - tlm::now()));
  }
}

/// The multipliers follow the data: a load is done with its last burst, or when all of it has passed.
void Screener::multiply(const Pass& pass) {
  const Load& load = stream_.next();
  const std::uint64_t clocks = body_->multiply(block_of(pass), load.data);
  const std::uint64_t last = std::min<std::uint64_t>(load.bytes, burst_bytes);
  multiplied_bytes_ += load.bytes;
  const std::uint64_t tail =
      screening_clocks(params_, last, pass.contexts, pass.row_bytes(), multiplied_bytes_ - last);
  const Time begin = std::max(multiplied_at_, load.first_data);
  multiplied_at_ = std::max(begin + of_clocks(clocks), load.end_of_data + of_clocks(tail));
  cycles_ += clocks;
  accounts_.screener_cycles += clocks;
  accounts_.int4_mac.count += 2 * std::uint64_t{load.bytes} * pass.contexts;
  spend_until(multiplied_at_);
  stream_.pop();
}

void Screener::filter(const Pass& pass) {
  const std::uint32_t rows = rows_of_block(pass, row_);
  spend_until(Time(special_free_at_));
  for (std::uint32_t context = 0; context < pass.contexts; ++context) {
    pass_on(pass, context);
  }
  const std::uint64_t values = std::uint64_t{rows} * pass.contexts;
  accounts_.rows_screened += values;
  accounts_.special_cycles += special_clocks(params_, values);
  special_free_at_ = tlm::now() + of_clocks(special_clocks(params_, values));
  row_ += rows;
  multiplied_bytes_ = 0;
  // The next block's biases go into the sums that have been filtered now.
  multiplied_at_ = std::max(multiplied_at_, tlm::now());
  in_pass_ = row_ < pass.rows;
}

ScreenerBlock Screener::block_of(const Pass& pass) const {
  return {pass.contexts, pass.length, row_, rows_of_block(pass, row_), pass.threshold};
}

/// Of one context: indices to the Executor, what stays to the special-function unit.
void Screener::pass_on(const Pass& pass, std::uint32_t context) {
  const FilteredBlock filtered = body_->filter(block_of(pass), context);
  kept_.clear();
  accounts_.candidates += filtered.passed.size();
  candidates_ += filtered.passed.size();
  spend_until(tlm::now() + of_clocks(filtered.clocks));
  std::size_t next = 0;
  for (std::uint32_t i = 0; i < filtered.sums.size(); ++i) {
    const Candidate row{static_cast<std::uint8_t>(context), row_ + i};
    if (next < filtered.passed.size() && filtered.passed[next].row == i) {
      indices_.push(row);
      ++next;
      continue;
    }
    kept_.push_back(sparse::screening::approximate_result(filtered.sums[i], pass.worth));
    if (pass.returns_all) {
      outputs_.push({row, kept_.back(), false});
    }
  }
  if (!kept_.empty()) {
    merge_into(parts_[context],
               sparse::screening::softmax_part(kept_, sparse::screening::ExpArgument::reduced,
                                               params_.fp32_macs));
  }
}

}  // namespace lacuna::enmc
