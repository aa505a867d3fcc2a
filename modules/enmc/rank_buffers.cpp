// SPDX-License-Identifier: Apache-2.0
#include "enmc/rank_buffers.h"

#include <cstring>

namespace lacuna::enmc {

namespace {

constexpr unsigned row_shift = 32;
constexpr unsigned context_shift = 60;
constexpr unsigned approximate_shift = 63;

}  // namespace

void IndexBuffer::push(const Candidate& candidate) {
  while (waiting_.size() >= entries_) {
    sc_core::wait(taken_);
  }
  waiting_.push_back(candidate);
  written_.notify();
}

void IndexBuffer::await() {
  while (waiting_.empty()) {
    sc_core::wait(written_);
  }
}

std::vector<Candidate> IndexBuffer::take(std::uint32_t most) {
  std::vector<Candidate> taken;
  while (!waiting_.empty() && taken.size() < most &&
         (taken.empty() || waiting_.front().context == taken.front().context)) {
    taken.push_back(waiting_.front());
    waiting_.pop_front();
  }
  taken_.notify();
  return taken;
}

std::uint64_t Result::packed() const {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return std::uint64_t{accurate ? 0U : 1U} << approximate_shift |
         std::uint64_t{of.context} << context_shift | std::uint64_t{of.row} << row_shift | bits;
}

Result Result::from(std::uint64_t packed) {
  Result result;
  result.accurate = (packed >> approximate_shift) == 0;
  result.of.context = static_cast<std::uint8_t>(packed >> context_shift & 7U);
  result.of.row = static_cast<std::uint32_t>(packed >> row_shift) & (most_rows_per_rank - 1);
  const auto bits = static_cast<std::uint32_t>(packed);
  std::memcpy(&result.value, &bits, sizeof bits);
  return result;
}

void OutputBuffer::push_entry(std::uint64_t entry) {
  while (waiting_.size() >= entries_) {
    sc_core::wait(taken_);
  }
  waiting_.push_back(entry);
}

void OutputBuffer::give_back(Span<std::uint8_t> data) {
  for (std::size_t at = 0; at + result_bytes <= data.size(); at += result_bytes) {
    std::uint64_t entry = no_result;
    if (!waiting_.empty()) {
      entry = waiting_.front();
      waiting_.pop_front();
    }
    for (std::size_t i = 0; i < result_bytes; ++i) {
      data[at + i] = static_cast<std::uint8_t>(entry >> (8 * i));
    }
  }
  taken_.notify();
}

}  // namespace lacuna::enmc
