// SPDX-License-Identifier: Apache-2.0
//
// Two memories and players on one crossbar.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "noc/crossbar.h"
#include "unit/memory/devices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna::test {

inline constexpr std::int64_t cycle = 1250;  // 800 MHz

inline Access access(std::int64_t cycles, bool write, std::uint64_t address, std::size_t bytes = 64,
                     std::uint8_t fill = 0) {
  Access result;
  result.at = cycles * cycle;
  result.write = write;
  result.address = address;
  result.bytes = bytes;
  result.fill = fill;
  return result;
}

inline noc::CrossbarParams timed() {
  noc::CrossbarParams params;  // 16 bytes a cycle, latency 2
  return params;
}

inline memory::DramParams dram_params(memory::DramModel model) {
  memory::DramParams params;
  params.model = model;
  params.refresh = memory::DramRefresh::off;
  return params;
}

/// Two memories of 64 MiB shown at 0 and at 256 MiB, and players on one crossbar.
struct System {
  explicit System(const noc::CrossbarParams& params,
                  const memory::DramParams& dram = dram_params(memory::DramModel::ideal),
                  const std::string& suffix = "")
      : crossbar(("noc" + suffix).c_str(), params, bench.surroundings),
        near(("near" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings),
        far(("far" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings) {
    crossbar.map({0, 64 << 20, "near", {}}, near.memory);
    crossbar.map({256 << 20, 64 << 20, "far", {}}, far.memory);
  }
  Player& add(const std::string& name, std::vector<Access> accesses,
              std::size_t outstanding = 1000) {
    players.push_back(std::make_unique<Player>(name.c_str(), std::move(accesses), outstanding));
    players.back()->memory.bind(crossbar.target);
    return *players.back();
  }
  void run() {
    sc_core::sc_start();
    for (const auto& player : players) {
      INFO(player->waiting_for() << "; " << crossbar.waiting_for());
      CHECK(player->finished());
      CHECK(player->protocol_errors == 0);
      CHECK(player->pool().in_use() == 0);
    }
  }

  Bench bench;
  noc::Crossbar crossbar;
  memory::Dram near;
  memory::Dram far;
  std::vector<std::unique_ptr<Player>> players;
};

inline std::vector<Access> random_accesses(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Access> result;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    at += static_cast<std::int64_t>(random() % 4000);
    const std::size_t bytes = 1 + random() % (random() % 6 == 0 ? 4096 : 150);
    const std::uint64_t address =
        (random() % 2 == 0 ? 0 : 256 << 20) + random() % ((1 << 16) - bytes);
    result.push_back(access(0, random() % 2 == 0, address, bytes, std::uint8_t(random())));
    result.back().at = at;
    result.back().priority = static_cast<std::int32_t>(random() % 3);
  }
  return result;
}

}  // namespace lacuna::test
