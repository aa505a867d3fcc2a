// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sparsynergy/array_options.h"

namespace lacuna::sparsynergy {

/// What of the main controller decides when a load may go: the operand feed, and a scoreboard of the partial sums.
class IssueControl {
 public:
  IssueControl() = default;
  /// @param groups of eight channels in the array
  IssueControl(unsigned groups, unsigned feed_interval, unsigned sum_interval)
      : feed_interval_(feed_interval),
        sum_interval_(sum_interval),
        busy_until_(std::size_t{groups} * fedp_channels, 0) {}

  /// One clock: operands move on.
  void clock() {
    ++now_;
    ++fed_;
  }
  /// Other partial sums begin, from zero.
  void start_sums() { busy_until_.assign(busy_until_.size(), 0); }
  bool fed() const { return fed_ >= feed_interval_; }
  bool ready(unsigned group, unsigned row) const {
    return now_ >= busy_until_[std::size_t{group} * fedp_channels + row];
  }
  void issue() { fed_ = 0; }
  void occupy(unsigned group, unsigned row) {
    busy_until_[std::size_t{group} * fedp_channels + row] = now_ + sum_interval_;
  }

 private:
  unsigned feed_interval_ = 1;
  unsigned sum_interval_ = 1;
  std::uint64_t now_ = 0;
  std::uint64_t fed_ = 0;  // clocks since the last load
  std::vector<std::uint64_t> busy_until_;
};

}  // namespace lacuna::sparsynergy
