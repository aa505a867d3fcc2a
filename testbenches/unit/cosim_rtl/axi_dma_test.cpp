// SPDX-License-Identifier: Apache-2.0
//
// A DMA engine in RTL on a memory of ours, programmed by AXI4-Lite: what it copies is equal, and every rule of a manager is seen
// red by an engine that breaks it.
#include <random>

#include "axi_bench.h"

using namespace lacuna::cosim;
using namespace lacuna::cosim::test;

namespace {

/// Memory that answers at random times, in any order.
class Memory {
 public:
  Memory(unsigned throttle, std::uint64_t seed)
      : random_(seed),
        port_({8, 8, throttle, seed},
              [this](AxiBurst burst) { waiting_.push_back(std::move(burst)); }),
        bytes(32768) {}

  AxiSubordinate& port() { return port_; }
  void step() {
    if (waiting_.empty() || random_() % 4 == 0) {
      return;
    }
    const std::size_t which = random_() % waiting_.size();
    AxiBurst burst = std::move(waiting_[which]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(which));
    const bool there = burst.first_byte() + burst.data.size() <= bytes.size();
    burst.response = there ? axi_okay : axi_decerr;
    for (std::size_t i = 0; i < burst.data.size() && there; ++i) {
      std::uint8_t& byte = bytes[burst.first_byte() + i];
      if (!burst.write) {
        burst.data[i] = byte;
      } else if (burst.enables[i]) {
        byte = burst.data[i];
      }
    }
    port_.respond(std::move(burst));
  }

 private:
  std::mt19937_64 random_;
  std::vector<AxiBurst> waiting_;
  AxiSubordinate port_;

 public:
  std::vector<std::uint8_t> bytes;
};

class Dma {
 public:
  Dma(unsigned throttle, std::uint64_t defect)
      : memory(throttle, 1 + throttle),
        bench("axi_dma", defect),
        control_({8, 1, throttle, 99}, 1, [this](AxiBurst burst) { answer_ = std::move(burst); }) {
    bench.attach(0, memory.port());
    bench.attach(1, control_);
    for (std::size_t i = 0; i < memory.bytes.size(); ++i) {
      memory.bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    }
    bench.reset();
  }
  void step() {
    memory.step();
    bench.step();
  }
  void write(std::uint64_t address, std::uint64_t value) {
    AxiBurst burst = cut_into_bursts(address, 8, true, 8, 1, true).front();
    for (unsigned i = 0; i < 8; ++i) {
      burst.data[i] = static_cast<std::uint8_t>(value >> (8 * i));
      burst.enables[i] = true;
    }
    control_.submit(burst);
    finish();
  }
  std::uint64_t read(std::uint64_t address) {
    control_.submit(cut_into_bursts(address, 8, false, 8, 1, true).front());
    finish();
    return answer_.data[0];
  }
  /// @return the status register
  std::uint64_t copy(std::uint64_t source, std::uint64_t destination, std::uint64_t bytes) {
    write(0x00, source);
    write(0x08, destination);
    write(0x10, bytes);
    write(0x18, 1);
    for (unsigned cycle = 0; cycle < 20000 && bench.busy(); ++cycle) {
      step();
    }
    return read(0x18);
  }

  Memory memory;
  AxiBench bench;

 private:
  void finish() {
    for (unsigned cycle = 0; cycle < 1000 && !control_.idle(); ++cycle) {
      step();
    }
  }
  AxiManager control_;
  AxiBurst answer_;
};

}  // namespace

TEST_CASE(
    "a DMA engine in RTL copies every byte, aligned or not, under back-pressure on every channel") {
  if (without_rtl()) {
    return;
  }
  std::mt19937_64 random(17);
  for (const unsigned throttle : {0u, 30u, 70u}) {
    Dma dma(throttle, 0);
    for (int i = 0; i < 30; ++i) {
      const std::uint64_t length = 1 + random() % 3000;
      const std::uint64_t source = random() % (16384 - length);
      const std::uint64_t destination =
          16384 + random() % ((16384 - length - 8) / 8) * 8 + source % 8;
      std::vector<std::uint8_t> expected = dma.memory.bytes;
      std::copy_n(expected.begin() + static_cast<std::ptrdiff_t>(source), length,
                  expected.begin() + static_cast<std::ptrdiff_t>(destination));
      REQUIRE(dma.copy(source, destination, length) == 0);
      REQUIRE(dma.memory.bytes == expected);
    }
    CHECK(dma.bench.broken.empty());
  }
}

TEST_CASE("a DMA engine in RTL sees that its memory refused") {
  if (without_rtl()) {
    return;
  }
  Dma dma(20, 0);
  CHECK(dma.copy(0, 32768, 64) == 2);
  CHECK(dma.copy(0, 16384, 64) == 0);
  CHECK(dma.bench.broken.empty());
}

TEST_CASE("every rule of a manager is broken by a DMA engine in RTL and reported") {
  if (without_rtl()) {
    return;
  }
  // In the order of axi_dma.sv.
  const std::vector<std::string> rules = {"",           "valid_dropped", "payload_changed",
                                          "crosses_4k", "beat_too_wide", "burst_type",
                                          "wlast",      "strobe_lane",   "valid_in_reset"};
  for (std::size_t defect = 0; defect < rules.size(); ++defect) {
    INFO(rules[defect]);
    Dma dma(40, defect);
    dma.copy(4001, 20001, 500);
    CHECK(dma.bench.broken.count(rules[defect]) == (defect == 0 ? 0 : 1));
    CHECK(dma.bench.broken.empty() == (defect == 0));
  }
}

TEST_CASE("every rule of the checker has a test") {
  std::set<std::string> rules;
  for (const AxiRule& rule : axi_rules()) {
    rules.insert(rule.name);
  }
  const std::set<std::string> tested = {"valid_dropped",
                                        "payload_changed",
                                        "valid_in_reset",
                                        "no_ready",
                                        "crosses_4k",
                                        "beat_too_wide",
                                        "burst_type",
                                        "wlast",
                                        "strobe_lane",
                                        "early_response",
                                        "bid",
                                        "rid",
                                        "rlast",
                                        "exokay",
                                        "lite_burst"};
  CHECK(rules == tested);
}

TEST_CASE("a burst on AXI4-Lite is reported") {
  std::set<std::string> broken;
  AxiChecker checker({8, true, 0}, [&broken](const Violation& v) { broken.insert(v.rule); });
  AxiSignals signals;
  signals.ar = {true, true, {0, 0x10, 0, 3, axi_incr}};
  checker.clock(signals);
  CHECK(broken.empty());
  signals.ar.beat.length = 1;
  checker.clock(signals);
  CHECK(broken == std::set<std::string>{"lite_burst"});
}
