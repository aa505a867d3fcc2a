// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "memory/dram_controller.h"

namespace lacuna::test {

/// Accesses of 64 bytes as public simulators were measured with.
struct DramPattern {
  std::string name;         ///< seq, rand, mix (sequential, every third a write) or conf (one bank)
  memory::Clock every = 1;  ///< clocks between requests; 1: saturating
};

/// What came of it, in clocks.
struct DramTrafficResult {
  std::uint64_t reads = 0;
  std::uint64_t bytes = 0;
  double read_latency = 0;  ///< mean, from acceptance to the last data
  memory::Clock end = 0;    ///< of all data
  double gbps(const memory::DramDevice& device) const {
    return static_cast<double>(bytes) * 1e3 / static_cast<double>(end * device.timing.clock_ps);
  }
  double latency_ns(const memory::DramDevice& device) const {
    return read_latency * static_cast<double>(device.timing.clock_ps) * 1e-3;
  }
};

/// Plays a pattern into a controller: one request offered a clock (or every `every` clocks), at most 64 reads
/// and 128 requests in all under way.
inline DramTrafficResult play(memory::DramController& dram, const DramPattern& pattern,
                              std::uint64_t requests) {
  using memory::Clock;
  struct Flight {
    Clock accepted;
    bool write;
  };
  struct End {
    Clock clock;
    bool write;
    bool operator>(const End& other) const { return clock > other.clock; }
  };
  std::mt19937_64 random(1);
  std::vector<Flight> flights(requests);
  std::priority_queue<End, std::vector<End>, std::greater<>> ends;
  DramTrafficResult result;
  std::uint64_t reads = 0;
  std::uint64_t under_way = 0;
  std::uint64_t sent = 0;
  double sum = 0;
  const auto collect = [&] {
    for (const memory::TransferDone& done : dram.done()) {
      const Flight& flight = flights[done.id];
      ends.push({done.end_of_data, flight.write});
      result.end = std::max(result.end, done.end_of_data);
      if (!flight.write) {
        ++result.reads;
        sum += static_cast<double>(done.end_of_data - flight.accepted);
      }
    }
    dram.done().clear();
  };
  Clock offered = 0;
  for (Clock clock = 0; sent < requests;) {
    dram.advance(clock + 1);
    collect();
    for (; !ends.empty() && ends.top().clock <= clock; ends.pop()) {
      --under_way;
      reads -= ends.top().write ? 0 : 1;
    }
    const bool write = pattern.name == "mix" && sent % 3 == 2;
    if (under_way < 128 && (write || reads < 64)) {
      memory::DramTransfer transfer;
      transfer.bytes = 64;
      transfer.write = write;
      transfer.visible = clock + 1;
      transfer.id = static_cast<std::uint32_t>(sent);
      if (pattern.name == "rand") {
        transfer.address = random() % dram.capacity() / 64 * 64;
      } else if (pattern.name == "conf") {
        transfer.address =
            (sent << 17) % dram.capacity();  // map M2, one rank: the row is bit 17 up
      } else {
        transfer.address = sent * 64 % dram.capacity();
      }
      flights[sent] = {clock, write};
      dram.add(transfer);
      ++under_way;
      reads += write ? 0 : 1;
      ++sent;
      offered += pattern.every;
      clock = std::max(clock + 1, offered);
    } else {
      const Clock known = ends.empty() ? memory::DramChannel::never : ends.top().clock;
      clock = std::max(clock + 1, std::min(known, dram.earliest_end()));
    }
  }
  while (result.reads < requests && dram.earliest_end() != memory::DramChannel::never) {
    dram.advance(dram.earliest_end() + 1);
    collect();
  }
  result.bytes = requests * 64;
  result.read_latency = sum / static_cast<double>(result.reads);
  return result;
}

}  // namespace lacuna::test
