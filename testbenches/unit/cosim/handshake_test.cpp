// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cosim/handshake_checker.h"
#include "cosim/memory_port.h"
#include "cosim/stream.h"

using namespace lacuna::cosim;

namespace {

/// Rules that were broken, in order.
struct Broken {
  std::vector<std::string> rules;
  ViolationListener listener() {
    return [this](const Violation& violation) { rules.push_back(violation.rule); };
  }
};

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("a throttled stream arrives complete, in order and by the rules") {
  for (const unsigned percent : {0u, 30u, 80u}) {
    StreamDriver<int> driver(Throttle(percent, 1));
    StreamMonitor<int> monitor(Throttle(percent, 2), 3);
    Broken broken;
    HandshakeChecker<int> checker("stream", 0, broken.listener());
    for (int i = 0; i < 200; ++i) {
      driver.push(i);
    }
    int expected = 0;
    unsigned cycles = 0;
    while (expected < 200) {
      driver.drive();
      monitor.drive();
      const int beat = driver.valid() ? driver.beat() : 0;
      checker.clock(driver.valid(), monitor.ready(), beat);
      monitor.clock(driver.valid(), beat);
      driver.clock(monitor.ready());
      ++cycles;
      REQUIRE(cycles < 20000);
      if (cycles % 2 == 0 && !monitor.received.empty()) {
        CHECK(monitor.received.front() == expected++);
        monitor.received.pop_front();
      }
    }
    CHECK(broken.rules.empty());
    CHECK((percent == 0 ? cycles <= 401 : cycles > 401));
  }
}

TEST_CASE("valid that falls before ready is reported") {
  Broken broken;
  HandshakeChecker<int> checker("c", 0, broken.listener());
  checker.clock(true, false, 1);
  checker.clock(false, false, 1);
  CHECK(broken.rules == Rules{"valid_dropped"});
  checker.clock(true, true, 1);
  checker.clock(false, false, 0);
  CHECK(broken.rules.size() == 1);
}

TEST_CASE("a payload that changes while it waits is reported") {
  Broken broken;
  HandshakeChecker<int> checker("c", 0, broken.listener());
  checker.clock(true, false, 1);
  checker.clock(true, true, 2);
  CHECK(broken.rules == Rules{"payload_changed"});
  checker.clock(true, true, 3);  // the next beat
  CHECK(broken.rules.size() == 1);
}

TEST_CASE("a ready that never comes is reported once, after so many clocks") {
  Broken broken;
  HandshakeChecker<int> checker("c", 5, broken.listener());
  for (int i = 0; i < 4; ++i) {
    checker.clock(true, false, 1);
  }
  CHECK(broken.rules.empty());
  for (int i = 0; i < 20; ++i) {
    checker.clock(true, false, 1);
  }
  CHECK(broken.rules == Rules{"no_ready"});
}

TEST_CASE("a valid during reset is reported") {
  Broken broken;
  HandshakeChecker<int> checker("c", 5, broken.listener());
  checker.reset(false);
  CHECK(broken.rules.empty());
  checker.reset(true);
  CHECK(broken.rules == Rules{"valid_in_reset"});
}

TEST_CASE("a memory port answers reads in order, not before its latency") {
  std::vector<std::uint64_t> words(8);
  MemoryPort port(
      [&words](const MemoryAccess& access) {
        std::uint64_t& word = words[access.address];
        if (access.write) {
          word = access.data;
        }
        return word;
      },
      3, 40, 7);
  std::vector<MemoryAccess> accesses;
  for (std::uint64_t i = 0; i < 8; ++i) {
    accesses.push_back({i, true, 10 * i});
    accesses.push_back({i, false});
  }
  std::size_t next = 0;
  unsigned taken_at = 0;
  std::vector<std::uint64_t> read;
  for (unsigned cycle = 0; cycle < 400; ++cycle) {
    port.drive();
    const bool valid = next < accesses.size();
    const bool taken = valid && port.request_ready();
    if (port.response_valid()) {
      read.push_back(port.response());
      CHECK(cycle - taken_at >= (read.size() == 1 ? 3u : 0u));
    }
    port.clock(valid, valid ? accesses[next] : MemoryAccess(), true);
    if (taken && next == 1) {
      taken_at = cycle;
    }
    next += taken ? 1 : 0;
  }
  CHECK(read == std::vector<std::uint64_t>{0, 10, 20, 30, 40, 50, 60, 70});
  CHECK(port.idle());
}
