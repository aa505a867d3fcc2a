// SPDX-License-Identifier: Apache-2.0
#include "tlm/traffic_counters.h"

namespace lacuna::tlm {

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
  // The enables repeat over the data.
  std::uint64_t once = 0;
  std::uint64_t rest = 0;
  for (unsigned i = 0; i < period && i < length; ++i) {
    const unsigned enabled = enables[i] == TLM_BYTE_ENABLED ? 1 : 0;
    once += enabled;
    rest += i < length % period ? enabled : 0;
  }
  return period >= length ? once : once * (length / period) + rest;
}

}  // namespace lacuna::tlm
