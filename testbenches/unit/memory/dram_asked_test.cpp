// SPDX-License-Identifier: Apache-2.0
// The memory decides when somebody needs to know: that nobody sees when that is.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

using memory::DramParams;

constexpr std::int64_t tck = 833;

/// @param trickle  single requests, so that slots come free between them; else bursts of requests
std::vector<test::Access> random_accesses(std::uint32_t seed, bool trickle) {
  std::mt19937 random(seed);
  std::vector<test::Access> result;
  std::int64_t at = 0;
  for (int i = 0; i < 250; ++i) {
    const std::uint32_t longest = trickle ? 400000 : 40000;
    at += random() % (trickle ? 2 : 5) == 0 ? static_cast<std::int64_t>(random() % longest) : 0;
    test::Access access;
    access.at = at;
    access.bytes = random() % 6 == 0 ? 1 + random() % 2000 : 64;
    access.address = random() % 3 == 0 ? random() % (1 << 22) : random() % 8192;
    access.write = random() % 2 == 0;
    access.fill = static_cast<std::uint8_t>(random());
    result.push_back(access);
  }
  return result;
}

/// A memory with three initiators; `asked`: it is brought up to date again and again.
class Side : public sc_core::sc_module {
 public:
  Side(const sc_core::sc_module_name& name, const DramParams& params, bool trickle, bool asked)
      : sc_module(name), dram("dram", params, test::ddr4_set_u(), bench.surroundings) {
    for (std::uint32_t i = 0; i < 3; ++i) {
      const std::string player = "p" + std::to_string(i);
      players.push_back(
          std::make_unique<test::Player>(player.c_str(), random_accesses(i, trickle), 5 + 20 * i));
      players.back()->requester = player;
      players.back()->memory.bind(dram.memory);
    }
    SC_HAS_PROCESS(Side);
    if (asked) {
      SC_METHOD(ask);
    }
  }

  test::Bench bench;
  memory::Dram dram;
  std::vector<std::unique_ptr<test::Player>> players;

 private:
  void ask() {
    dram.settle();
    bool over = true;
    for (const auto& player : players) {
      over = over && player->finished();
    }
    if (!over) {
      next_trigger(sc_core::sc_time::from_value(tck / 3 * (1 + random_() % 40)));
    }
  }
  std::mt19937 random_{7};
};

}  // namespace

TEST_CASE("asking a memory in between changes nothing") {
  struct Pair {
    std::unique_ptr<Side> left_alone;
    std::unique_ptr<Side> asked;
  };
  std::vector<Pair> pairs;
  const memory::DramPagePolicy policies[] = {
      memory::DramPagePolicy::open, memory::DramPagePolicy::closed_adaptive,
      memory::DramPagePolicy::open_adaptive, memory::DramPagePolicy::closed};
  for (const bool posted : {false, true}) {
    for (const std::uint32_t depth : {4U, 16U, 64U}) {
      for (const bool trickle : {false, true}) {
        DramParams params;
        params.posted_writes = posted;
        params.queue_depth = depth;
        params.channels = depth == 16 ? 2 : 1;
        params.page_policy = policies[pairs.size() % 4];
        params.backend_latency = Time(depth == 4 ? 0 : 4000);
        const std::string name = "pair" + std::to_string(pairs.size());
        pairs.push_back({std::make_unique<Side>((name + "a").c_str(), params, trickle, false),
                         std::make_unique<Side>((name + "b").c_str(), params, trickle, true)});
      }
    }
  }
  sc_core::sc_start();
  for (const Pair& pair : pairs) {
    INFO(pair.asked->name());
    pair.left_alone->dram.settle();
    pair.asked->dram.settle();
    for (std::size_t i = 0; i < 3; ++i) {
      const test::Player& a = *pair.left_alone->players[i];
      const test::Player& b = *pair.asked->players[i];
      REQUIRE(a.finished());
      for (std::size_t k = 0; k < a.accesses.size(); ++k) {
        INFO("access " << k << " of player " << i);
        REQUIRE(a.accesses[k].accepted == b.accesses[k].accepted);
        REQUIRE(a.accesses[k].responded == b.accesses[k].responded);
        REQUIRE(a.accesses[k].data == b.accesses[k].data);
      }
    }
    const std::string a = std::string(pair.left_alone->name()) + ".dram.";
    const std::string b = std::string(pair.asked->name()) + ".dram.";
    for (const char* what :
         {"activates", "precharges", "active_clocks", "row_hits", "latency_ns", "busy_ns"}) {
      CHECK(pair.left_alone->bench.value(a + what) == pair.asked->bench.value(b + what));
    }
  }
}

}  // namespace lacuna
