// SPDX-License-Identifier: Apache-2.0
//
// Two memories and players on a mesh or ring.
#pragma once

#include "noc/mesh.h"
#include "noc/ring.h"
#include "unit/noc/crossbar_system.h"

namespace lacuna::test {

inline std::string network_technology() {
  return Bench::default_technology() +
         "  noc.buffer_per_bit: {energy: 0.03 pJ, source: test}\n"
         "  noc.switch_per_bit: {energy: 0.02 pJ, source: test}\n"
         "  noc.link_per_bit: {energy: 0.1 pJ, source: test}\n";
}

/// Two memories of 64 MiB shown at 0 and at 256 MiB, and players on one network.
template <class Network, class Params>
struct NetworkSystem {
  explicit NetworkSystem(const Params& params,
                         const memory::DramParams& dram = dram_params(memory::DramModel::ideal),
                         const std::string& suffix = "")
      : bench(network_technology()),
        network(("noc" + suffix).c_str(), params, bench.surroundings),
        near(("near" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings),
        far(("far" + suffix).c_str(), dram, ddr4_set_u(), bench.surroundings) {
    network.map({0, 64 << 20, "near.memory", {}}, near.memory);
    network.map({256 << 20, 64 << 20, "far.memory", {}}, far.memory);
  }
  /// `module` is what the network is told that it is connected to.
  Player& add(const std::string& name, std::vector<Access> accesses, std::size_t outstanding = 1000,
              const std::string& module = "") {
    players.push_back(std::make_unique<Player>(name.c_str(), std::move(accesses), outstanding));
    players.back()->memory.bind(network.target);
    network.connected("target", (module.empty() ? name : module) + ".memory");
    players.back()->requester = module.empty() ? name : module;
    return *players.back();
  }
  void run() {
    sc_core::sc_start();
    for (const auto& player : players) {
      INFO(player->waiting_for() << "; " << network.waiting_for());
      CHECK(player->finished());
      CHECK(player->protocol_errors == 0);
      CHECK(player->pool().in_use() == 0);
    }
    network.settle();
  }

  Bench bench;
  Network network;
  memory::Dram near;
  memory::Dram far;
  std::vector<std::unique_ptr<Player>> players;
};

using MeshSystem = NetworkSystem<noc::Mesh, noc::MeshParams>;
using RingSystem = NetworkSystem<noc::Ring, noc::RingParams>;

}  // namespace lacuna::test
