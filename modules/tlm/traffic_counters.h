// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/statistics.h"
#include "tlm/payload_info.h"

namespace lacuna::tlm {

/// What went through one socket, or came from one requester.
class TrafficCounters {
 public:
  /// Registers "<path>.reads", ".writes", ".read_bytes", ".write_bytes", ".errors".
  TrafficCounters(Statistics& statistics, const std::string& path);

  /// Counts a finished transaction; one that failed counts as an error only.
  void add(const Payload& payload);

  std::uint64_t reads() const { return reads_.value(); }
  std::uint64_t writes() const { return writes_.value(); }
  std::uint64_t read_bytes() const { return read_bytes_.value(); }
  std::uint64_t write_bytes() const { return write_bytes_.value(); }
  std::uint64_t errors() const { return errors_.value(); }

 private:
  Counter& reads_;
  Counter& writes_;
  Counter& read_bytes_;
  Counter& write_bytes_;
  Counter& errors_;
};

/// Bytes that the payload's byte enables let through: all of its data without any.
std::uint64_t enabled_bytes(const Payload& payload);

}  // namespace lacuna::tlm
