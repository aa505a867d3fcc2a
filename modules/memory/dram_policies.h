// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/parameters.h"

namespace lacuna::memory {

enum class DramPagePolicy { open, closed, open_adaptive, closed_adaptive };
enum class DramRefresh { off, all_bank, per_bank, same_bank };
enum class DramScheduling { fcfs, fr_fcfs, fr_fcfs_cap };
enum class DramQueueKind { shared, per_bank, read_write };
enum class DramPowerDown { off, on };

/// Which waiting command comes next.
struct DramSchedulerParams {
  DramScheduling policy = DramScheduling::fr_fcfs;
  std::uint32_t age_cap = 2000;
  std::map<std::string, std::int32_t> priority;

  template <class Description>
  static void describe(Description& d) {
    using Self = DramSchedulerParams;
    d("policy", &Self::policy,
      "fcfs: data in the order of arrival; fr_fcfs: of the commands that may be issued, columns "
      "first, then the oldest; fr_fcfs_cap: the same, but nobody is overtaken for longer than "
      "age_cap");
    d("age_cap", &Self::age_cap, "device clocks that a request may be overtaken (fr_fcfs_cap)")
        .range(1u, 1000000u);
    d("priority", &Self::priority,
      "by requester's name, lower is served first; others 0, beside what requests say themselves");
  }
};

/// The entries among which the scheduler of a channel chooses.
struct DramQueueParams {
  DramQueueKind kind = DramQueueKind::read_write;
  std::uint32_t depth = 64;
  std::optional<std::uint32_t> write_depth;
  double write_high = 0.9;
  double write_low = 0.1;

  template <class Description>
  static void describe(Description& d) {
    using Self = DramQueueParams;
    d("kind", &Self::kind,
      "shared: one queue; per_bank: one per bank; read_write: one of reads and one of writes, "
      "which are served in batches");
    d("depth", &Self::depth,
      "entries of each queue of a channel; an entry is a payload's share of a row")
        .range(1u, 4096u);
    d("write_depth", &Self::write_depth,
      "entries of the write queue, if not as many as of the read queue (read_write)")
        .range(1u, 4096u);
    d("write_high", &Self::write_high,
      "share of the write queue at which writes get their turn (read_write)")
        .range(0.0, 1.0);
    d("write_low", &Self::write_low, "share at which waiting reads get it back (read_write)")
        .range(0.0, 1.0);
  }
  void validate(Validation& check) const {
    check.require(write_low <= write_high, "write_low", "must not exceed write_high");
  }
  std::uint32_t depth_of(bool write) const { return write ? write_depth.value_or(depth) : depth; }
};

/// Everything that decides what a channel does when.
struct DramPolicies {
  DramPagePolicy page_policy = DramPagePolicy::open;
  DramRefresh refresh = DramRefresh::all_bank;
  std::uint32_t refresh_postpone = 0;
  std::uint32_t refresh_pull_in = 0;
  DramSchedulerParams scheduler;
  DramScheduling rank_scheduler = DramScheduling::fr_fcfs;
  DramQueueParams queue;
  DramPowerDown power_down = DramPowerDown::off;
  std::uint32_t power_down_idle = 64;
};

}  // namespace lacuna::memory

template <>
struct lacuna::EnumNames<lacuna::memory::DramPagePolicy> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramPagePolicy>> table() {
    using lacuna::memory::DramPagePolicy;
    return {{"open", DramPagePolicy::open},
            {"closed", DramPagePolicy::closed},
            {"open_adaptive", DramPagePolicy::open_adaptive},
            {"closed_adaptive", DramPagePolicy::closed_adaptive}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramRefresh> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramRefresh>> table() {
    using lacuna::memory::DramRefresh;
    return {{"off", DramRefresh::off},
            {"all_bank", DramRefresh::all_bank},
            {"per_bank", DramRefresh::per_bank},
            {"same_bank", DramRefresh::same_bank}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramScheduling> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramScheduling>> table() {
    using lacuna::memory::DramScheduling;
    return {{"fcfs", DramScheduling::fcfs},
            {"fr_fcfs", DramScheduling::fr_fcfs},
            {"fr_fcfs_cap", DramScheduling::fr_fcfs_cap}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramQueueKind> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramQueueKind>> table() {
    using lacuna::memory::DramQueueKind;
    return {{"shared", DramQueueKind::shared},
            {"per_bank", DramQueueKind::per_bank},
            {"read_write", DramQueueKind::read_write}};
  }
};
template <>
struct lacuna::EnumNames<lacuna::memory::DramPowerDown> {
  static std::vector<lacuna::EnumName<lacuna::memory::DramPowerDown>> table() {
    using lacuna::memory::DramPowerDown;
    return {{"off", DramPowerDown::off}, {"on", DramPowerDown::on}};
  }
};
