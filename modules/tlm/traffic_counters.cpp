// SPDX-License-Identifier: Apache-2.0
#include "tlm/traffic_counters.h"

#include <cstring>

namespace lacuna::tlm {

namespace {

static_assert(TLM_BYTE_ENABLED == 0xff && TLM_BYTE_DISABLED == 0);

std::uint64_t count_enabled(const unsigned char* enables, unsigned count) {
  const auto one_by_one = [](const unsigned char* from, unsigned bytes) {
    std::uint64_t enabled = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      enabled += from[i] == TLM_BYTE_ENABLED ? 1 : 0;
    }
    return enabled;
  };
  // Mostly runs of channels: whole words are enabled, or none of them is.
  constexpr std::uint64_t all = ~std::uint64_t{0};
  std::uint64_t enabled = 0;
  std::uint64_t eight = 0;
  for (; count >= sizeof eight; count -= sizeof eight, enables += sizeof eight) {
    std::memcpy(&eight, enables, sizeof eight);
    if (eight == all) {
      enabled += sizeof eight;
    } else if (eight != 0) {
      enabled += one_by_one(enables, sizeof eight);
    }
  }
  return enabled + one_by_one(enables, count);
}

}  // namespace

TrafficCounters::TrafficCounters(Statistics& statistics, const std::string& path)
    : reads_(statistics.add(path + ".reads", Measure::count, "read transactions")),
      writes_(statistics.add(path + ".writes", Measure::count, "write transactions")),
      read_bytes_(statistics.add(path + ".read_bytes", Measure::bytes, "bytes asked for and read")),
      write_bytes_(statistics.add(path + ".write_bytes", Measure::bytes, "enabled bytes written")),
      errors_(statistics.add(path + ".errors", Measure::count,
                             "transactions that ended with an error response")) {}

std::uint64_t count_enabled_bytes(const Payload& payload) {
  const unsigned length = payload.get_data_length();
  const unsigned char* enables = payload.get_byte_enable_ptr();
  const unsigned period = payload.get_byte_enable_length();
  if (period >= length) {
    return count_enabled(enables, length);
  }
  return count_enabled(enables, period) * (length / period) +
         count_enabled(enables, length % period);
}

}  // namespace lacuna::tlm
