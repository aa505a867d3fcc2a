// SPDX-License-Identifier: Apache-2.0
#include "enmc/executor.h"

#include <algorithm>
#include <cstring>

#include "enmc/rank_timing.h"
#include "sparse/screening/executor.h"
#include "tlm/time.h"

namespace lacuna::enmc {

namespace {

constexpr std::uint64_t burst_bytes = 64;

using sparse::screening::SoftmaxPart;

std::vector<float>& as_floats(Span<const std::uint8_t> bytes, std::vector<float>& values) {
  values.resize(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace

Executor::Executor(const sc_core::sc_module_name& name, const RankParams& params, RankPort& port,
                   IndexBuffer& indices, OutputBuffer& outputs, RankAccounts& accounts,
                   sc_core::sc_event& changed)
    : sc_module(name),
      params_(params),
      stream_(port, params.requests),
      indices_(indices),
      outputs_(outputs),
      accounts_(accounts),
      changed_(changed) {
  SC_HAS_PROCESS(Executor);
  SC_THREAD(fetch);
  SC_THREAD(compute);
}

void Executor::begin(const CandidateRules& rules, std::uint32_t contexts) {
  rules_ = rules;
  parts_.assign(contexts, std::nullopt);
}

void Executor::fetch() {
  while (true) {
    fetching_ = false;
    changed_.notify();
    indices_.await();
    fetching_ = true;
    groups_.push_back(indices_.take(params_.rows_at_once()));
    group_there_.notify();
    const std::vector<Candidate> group = groups_.back();
    const std::uint64_t features =
        rules_.features + std::uint64_t{group.front().context} * rules_.row_bytes;
    const std::uint64_t most = params_.request.value();
    for (std::uint64_t at = 0; at < rules_.row_bytes; at += most) {
      const auto bytes = static_cast<std::uint32_t>(std::min(most, rules_.row_bytes - at));
      accounts_.executor_bytes += bytes * (group.size() + 1);
      stream_.ask(features + at, bytes, 0);
      for (const Candidate& candidate : group) {
        stream_.ask(rules_.weights + std::uint64_t{candidate.row} * rules_.row_bytes + at, bytes,
                    1);
      }
    }
  }
}

void Executor::compute() {
  while (true) {
    busy_ = false;
    changed_.notify();
    while (groups_.empty()) {
      sc_core::wait(group_there_);
    }
    busy_ = true;
    const std::vector<Candidate> group = groups_.front();
    compute_group(group);
    groups_.pop_front();
  }
}

void Executor::compute_group(const std::vector<Candidate>& group) {
  features_.clear();
  rows_.assign(group.size(), {});
  while (features_.size() < rules_.row_bytes) {
    const Load& features = stream_.next();
    features_.insert(features_.end(), features.data.begin(), features.data.end());
    spend_until(features.end_of_data);
    stream_.pop();
    for (std::vector<std::uint8_t>& row : rows_) {
      const Load& load = stream_.next();
      const std::uint64_t clocks = accurate_clocks(params_, load.bytes);
      const std::uint64_t tail =
          accurate_clocks(params_, std::min<std::uint64_t>(load.bytes, burst_bytes));
      const Time begin = std::max(multiplied_at_, load.first_data);
      multiplied_at_ = std::max(begin + of_clocks(clocks), load.end_of_data + of_clocks(tail));
      cycles_ += clocks;
      accounts_.executor_cycles += clocks;
      row.insert(row.end(), load.data.begin(), load.data.end());
      spend_until(multiplied_at_);
      stream_.pop();
    }
  }
  as_floats(features_, context_values_);
  for (std::size_t i = 0; i < group.size(); ++i) {
    finish_row(group[i], rows_[i]);
  }
}

/// Lanes to one sum, the bias behind the row's weights, the special function.
void Executor::finish_row(const Candidate& candidate, Span<const std::uint8_t> row) {
  accounts_.fp32_mac.count += rules_.dimension;
  accounts_.special_cycles += 1;
  spend_until(tlm::now() + of_clocks(reduction_clocks(params_) + special_clocks(params_, 1)));
  const std::vector<float>& values = as_floats(row, row_values_);
  const float value =
      sparse::screening::accurate_result(Span<const float>(values).first(rules_.dimension),
                                         Span<const float>(context_values_).first(rules_.dimension),
                                         values[rules_.dimension], params_.fp32_macs);
  auto& whole = parts_[candidate.context];
  const SoftmaxPart part{value, 1.0F};
  if (whole) {
    const std::vector<SoftmaxPart> both = {*whole, part};
    whole = sparse::screening::merge_softmax(both);
  } else {
    whole = part;
  }
  outputs_.push({candidate, value, true});
}

void Executor::spend_until(Time when) {
  if (when > tlm::now()) {
    sc_core::wait(tlm::to_sc_time(when - tlm::now()));
  }
}

}  // namespace lacuna::enmc
