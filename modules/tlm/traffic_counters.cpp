// SPDX-License-Identifier: Apache-2.0
#include "tlm/traffic_counters.h"

#include <cstring>

namespace lacuna::tlm {

namespace {

static_assert(TLM_BYTE_ENABLED == 0xff);

/// Enabled bytes among eight: those whose bits are all ones.
std::uint64_t count_enabled(std::uint64_t eight) {
  constexpr std::uint64_t every_byte = 0x0101010101010101;
  eight &= eight >> 4;
  eight &= eight >> 2;
  eight &= eight >> 1;
  return ((eight & every_byte) * every_byte) >> 56;
}

std::uint64_t count_enabled(const unsigned char* enables, unsigned count) {
  std::uint64_t enabled = 0;
  std::uint64_t eight = 0;
  for (; count >= sizeof eight; count -= sizeof eight, enables += sizeof eight) {
    std::memcpy(&eight, enables, sizeof eight);
    enabled += count_enabled(eight);
  }
  eight = 0;
  std::memcpy(&eight, enables, count);
  return enabled + count_enabled(eight);
}

}  // namespace

TrafficCounters::TrafficCounters(Statistics& statistics, const std::string& path)
    : reads_(statistics.add(path + ".reads", Measure::count, "read transactions")),
      writes_(statistics.add(path + ".writes", Measure::count, "write transactions")),
      read_bytes_(statistics.add(path + ".read_bytes", Measure::bytes, "bytes asked for and read")),
      write_bytes_(statistics.add(path + ".write_bytes", Measure::bytes, "enabled bytes written")),
      errors_(statistics.add(path + ".errors", Measure::count,
                             "transactions that ended with an error response")) {}

void TrafficCounters::add(const Payload& payload) {
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

std::uint64_t enabled_bytes(const Payload& payload) {
  const unsigned length = payload.get_data_length();
  const unsigned char* enables = payload.get_byte_enable_ptr();
  const unsigned period = payload.get_byte_enable_length();
  if (enables == nullptr || period == 0) {
    return length;
  }
  if (period >= length) {
    return count_enabled(enables, length);
  }
  // The enables repeat over the data.
  return count_enabled(enables, period) * (length / period) +
         count_enabled(enables, length % period);
}

}  // namespace lacuna::tlm
