// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "memory/dram_command.h"
#include "memory/dram_device.h"
#include "support/command_kinds.h"

namespace lacuna::test {

/// Lays the data of commands on a channel's data bus, one burst after another.
class DataBusChecker {
 public:
  using Clock = memory::Clock;

  /// @param need called with every rule, and whether it was kept
  DataBusChecker(const memory::DramTimings& timing, std::size_t ranks,
                 std::function<void(bool, const char*)> need)
      : t_(timing), ranks_(ranks), need_(std::move(need)) {}

  void add(const memory::IssuedCommand& c) {
    // No later command has data before.
    transfer_until(c.clock + std::min(t_.CL, t_.CWL));
    if (sends_data(c.command) || returns_data(c.command)) {
      const bool write = sends_data(c.command);
      const std::uint32_t rank = ranks_ == 1 ? 0 : c.rank;  // all may be one
      const Transfer added{c.clock + (write ? t_.CWL : t_.CL), rank, write};
      const auto later = [](const Transfer& a, const Transfer& b) { return a.first < b.first; };
      waiting_.insert(std::upper_bound(waiting_.begin(), waiting_.end(), added, later), added);
    }
  }

  /// Lays the data that begin before `clock` on the bus.
  void transfer_until(Clock clock) {
    for (; !waiting_.empty() && waiting_.front().first < clock; waiting_.pop_front()) {
      const Transfer next = waiting_.front();
      const Clock gap = next.first - (bus_.first + t_.burst);
      need_(gap >= 0, "data bus collision");
      // What goes to all ranks is another's beside whatever it is.
      need_(next.rank == bus_.rank || gap >= t_.RTRS, "tRTRS");
      // Two clocks for the preamble of a write behind somebody else's read data.
      const bool turns = next.write && !bus_.write;
      need_(next.rank == bus_.rank || !turns || gap >= 2, "bus turnaround");
      bus_ = next;
    }
  }

 private:
  struct Transfer {
    Clock first;
    std::uint32_t rank;
    bool write;
  };

  memory::DramTimings t_;
  std::size_t ranks_;
  std::function<void(bool, const char*)> need_;
  std::deque<Transfer> waiting_;  // by first clock
  Transfer bus_{-1000000, 0, true};
};

}  // namespace lacuna::test
