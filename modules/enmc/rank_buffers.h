// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <vector>

#include "core/span.h"

namespace lacuna::enmc {

/// A row of the classifier that passed the filter, for one of the contexts at work.
struct Candidate {
  std::uint8_t context = 0;  ///< place in the feature buffer
  std::uint32_t row = 0;     ///< within the rank
};

/// The indices between Screener and Executor; who writes waits while it is full.
class IndexBuffer {
 public:
  explicit IndexBuffer(std::uint32_t entries) : entries_(entries) {}

  void push(const Candidate& candidate);
  /// Waits for one.
  void await();
  /// Takes up to `most` that are there, in order, all of the first's context.
  std::vector<Candidate> take(std::uint32_t most);
  bool empty() const { return waiting_.empty(); }

 private:
  std::uint32_t entries_;
  std::deque<Candidate> waiting_;
  sc_core::sc_event written_;
  sc_core::sc_event taken_;
};

/// A value on its way to the host, 8 bytes: FP32 bits, 28 bits of row, 3 of context, and whether it is
/// accurate.
struct Result {
  Candidate of;
  float value = 0;
  bool accurate = true;

  std::uint64_t packed() const;
  static Result from(std::uint64_t packed);
};
/// What RETURN gives for entries that are not there.
inline constexpr std::uint64_t no_result = ~std::uint64_t{0};
inline constexpr std::uint32_t result_bytes = 8;
inline constexpr std::uint32_t most_rows_per_rank = std::uint32_t{1} << 28;

/// The results of Screener and Executor until RETURN takes them; who writes waits while it is full.
class OutputBuffer {
 public:
  explicit OutputBuffer(std::uint64_t bytes) : entries_(bytes / result_bytes) {}

  void push(const Result& result) { push_entry(result.packed()); }
  /// Whatever a MOVE puts there.
  void push_entry(std::uint64_t entry);
  /// Fills the data of a RETURN. Does not wait.
  void give_back(Span<std::uint8_t> data);
  std::uint64_t bytes() const { return waiting_.size() * result_bytes; }
  void clear() { waiting_.clear(); }

 private:
  std::uint64_t entries_;
  std::deque<std::uint64_t> waiting_;
  sc_core::sc_event taken_;
};

}  // namespace lacuna::enmc
