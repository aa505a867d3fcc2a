// SPDX-License-Identifier: Apache-2.0
#include "tlm/traffic_counters.h"

namespace lacuna::tlm {

namespace {

std::uint64_t count_enabled(const unsigned char* enables, unsigned count) {
  constexpr unsigned lanes = 16;    // a vector of the least of our processors
  constexpr unsigned rounds = 255;  // as many as a lane can count
  std::uint64_t enabled = 0;
  while (count >= lanes) {
    std::uint8_t counts[lanes] = {};
    for (unsigned round = 0; round < rounds && count >= lanes; ++round) {
      for (unsigned i = 0; i < lanes; ++i) {
        counts[i] = static_cast<std::uint8_t>(counts[i] + (enables[i] == TLM_BYTE_ENABLED ? 1 : 0));
      }
      enables += lanes;
      count -= lanes;
    }
    for (const std::uint8_t lane : counts) {
      enabled += lane;
    }
  }
  for (; count != 0; --count, ++enables) {
    enabled += *enables == TLM_BYTE_ENABLED ? 1 : 0;
  }
  return enabled;
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
