// SPDX-License-Identifier: Apache-2.0
//
// Requests of ours to a memory in RTL: every byte arrives, and every rule of the checker is seen red by a memory that breaks it.
#include <map>
#include <random>

#include "axi_bench.h"

using namespace lacuna::cosim;
using namespace lacuna::cosim::test;

namespace {

constexpr std::uint64_t memory_bytes = 16384;

/// Random accesses, checked against bytes of our own. Reads are sent after the writes before them were answered.
class RandomTraffic {
 public:
  RandomTraffic(unsigned throttle, std::uint64_t seed)
      : random_(seed),
        bytes_(memory_bytes),
        manager_({8, 8, throttle, seed}, 4, [this](AxiBurst burst) { done(std::move(burst)); }) {}

  AxiManager& manager() { return manager_; }

  void submit_write(std::uint64_t address, std::uint64_t length, bool holes) {
    for (AxiBurst& burst : cut_into_bursts(address, length, true, 8, 16, false)) {
      for (std::size_t i = 0; i < burst.data.size(); ++i) {
        const std::uint64_t at = burst.first_byte() + i;
        burst.data[i] = static_cast<std::uint8_t>(random_());
        burst.enables[i] =
            at >= burst.address.address && at < address + length && !(holes && random_() % 3 == 0);
        if (burst.enables[i]) {
          bytes_[at] = burst.data[i];
        }
      }
      manager_.submit(burst);
    }
  }
  void submit_read(std::uint64_t address, std::uint64_t length) {
    for (AxiBurst& burst : cut_into_bursts(address, length, false, 8, 16, false)) {
      burst.tag = next_tag_++;
      manager_.submit(burst);
    }
  }
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }

  std::uint64_t reads = 0;
  std::uint64_t overtaken = 0;  // reads answered before an older one
  std::uint64_t errors = 0;
  bool wrong = false;

 private:
  void done(AxiBurst burst) {
    errors += burst.response != axi_okay ? 1 : 0;
    if (burst.write) {
      return;
    }
    ++reads;
    overtaken += burst.tag < last_tag_ ? 1 : 0;
    last_tag_ = burst.tag;
    for (std::size_t i = 0; i < burst.data.size() && burst.response == axi_okay; ++i) {
      wrong |= burst.data[i] != bytes_[burst.first_byte() + i];
    }
  }

  std::mt19937_64 random_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t next_tag_ = 0;
  std::uint64_t last_tag_ = 0;
  AxiManager manager_;
};

void run(AxiBench& bench, RandomTraffic& traffic, unsigned most = 100000) {
  for (unsigned cycle = 0; cycle < most && !traffic.manager().idle(); ++cycle) {
    bench.step();
  }
}

std::set<std::string> rules_broken_by(std::uint64_t defect) {
  AxiBench bench("axi_memory", defect);
  RandomTraffic traffic(30, 5);
  bench.attach(0, traffic.manager());
  bench.reset();
  for (int i = 0; i < 20; ++i) {
    traffic.submit_write(traffic.pick(4000), 1 + traffic.pick(300), false);
    traffic.submit_read(traffic.pick(4000), 1 + traffic.pick(300));
    run(bench, traffic, 3000);
  }
  return bench.broken;
}

}  // namespace

TEST_CASE("a memory in RTL keeps every byte, under back-pressure on every channel") {
  if (without_rtl()) {
    return;
  }
  std::uint64_t overtaken = 0;
  for (const unsigned throttle : {0u, 20u, 70u}) {
    AxiBench bench("axi_memory", 0);
    RandomTraffic traffic(throttle, 11 + throttle);
    bench.attach(0, traffic.manager());
    bench.reset();
    traffic.submit_write(0, memory_bytes, false);
    run(bench, traffic);
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t length = 1 + traffic.pick(600);
      traffic.submit_write(traffic.pick(memory_bytes - length), length, true);
      run(bench, traffic);
      for (int reads = 0; reads < 3; ++reads) {
        traffic.submit_read(traffic.pick(memory_bytes - length), length);
      }
      run(bench, traffic);
    }
    CHECK(traffic.reads > 300);
    CHECK(traffic.errors == 0);
    CHECK_FALSE(traffic.wrong);
    CHECK(bench.broken.empty());
    overtaken += traffic.overtaken;
  }
  CHECK(overtaken > 50);  // reads of several IDs were outstanding at once
}

TEST_CASE("an access beyond a memory in RTL is answered with an error") {
  if (without_rtl()) {
    return;
  }
  AxiBench bench("axi_memory", 0);
  RandomTraffic traffic(0, 3);
  bench.attach(0, traffic.manager());
  bench.reset();
  traffic.submit_read(memory_bytes, 16);
  run(bench, traffic);
  CHECK(traffic.errors == 1);
  CHECK(bench.broken.empty());
}

TEST_CASE("every rule of a subordinate is broken by a memory in RTL and reported") {
  if (without_rtl()) {
    return;
  }
  // In the order of axi_memory.sv.
  const std::vector<std::string> rules = {
      "",    "valid_dropped", "payload_changed", "valid_in_reset", "early_response",
      "bid", "rid",           "rlast",           "exokay",         "no_ready"};
  CHECK(rules_broken_by(0).empty());
  for (std::size_t defect = 1; defect < rules.size(); ++defect) {
    INFO(rules[defect]);
    CHECK(rules_broken_by(defect).count(rules[defect]) == 1);
  }
}
