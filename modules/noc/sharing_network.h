// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "noc/event_network.h"

namespace lacuna::noc {

/// An estimate of routers with several virtual channels, packet by packet.
///
/// A head waits at every output until the packets before it have passed, as if buffers had no end; its way takes what it
/// takes alone plus these waits. Packets that share a link flit by flit all end late: processor sharing doubles the mean
/// wait of a queue served in order (M/D/1 against M/G/1-PS), so each wait within the network counts twice, and that in the
/// source's queue once.
class SharingNetwork : public EventNetwork {
 public:
  SharingNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing);

  void send(const Packet& packet) override;

 private:
  /// Where a packet's head is, and what it has waited so far.
  struct Way {
    std::uint32_t node = 0;
    Cycle injected = 0;
    Cycle waited = 0;
  };

  void happen(Cycle cycle, std::uint32_t what) override;
  /// Creation to tail of a packet alone, with its waits for credit.
  Cycle alone(std::uint32_t hops, std::uint32_t flits);

  std::vector<Way> ways_;         // by packet
  std::vector<Cycle> free_;       // by output
  std::vector<Cycle> node_free_;  // by node
  std::map<std::pair<std::uint32_t, std::uint32_t>, Cycle> alone_;
};

}  // namespace lacuna::noc
