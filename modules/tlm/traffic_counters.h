// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/statistics.h"
#include "tlm/payload_info.h"

namespace lacuna::tlm {

/// Of a payload with byte enables, which repeat over its data: the bytes that they let through.
std::uint64_t count_enabled_bytes(const Payload& payload);

/// Bytes that the payload's byte enables let through: all of its data without any.
inline std::uint64_t enabled_bytes(const Payload& payload) {
  const bool all =
      payload.get_byte_enable_ptr() == nullptr || payload.get_byte_enable_length() == 0;
  return all ? payload.get_data_length() : count_enabled_bytes(payload);
}

/// What went through one socket, or came from one requester.
class TrafficCounters {
 public:
  /// Registers "<path>.reads", ".writes", ".read_bytes", ".write_bytes", ".errors".
  TrafficCounters(Statistics& statistics, const std::string& path);

  /// Counts a finished transaction; one that failed counts as an error only.
  void add(const Payload& payload) {
    if (payload.is_response_error()) {
      ++errors_;
    } else if (payload.is_read()) {
      ++reads_;
      read_bytes_ += enabled_bytes(payload);
    } else if (payload.is_write()) {
      ++writes_;
      write_bytes_ += enabled_bytes(payload);
    }
  }

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

}  // namespace lacuna::tlm
