// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "noc/flit_network.h"
#include "noc/multicast_groups.h"
#include "noc/network_timing.h"
#include "noc/packet_network.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// What networks that jump from event to event have in common: packets under way, events in the order of time,
/// deliveries.
class EventNetwork : public PacketNetwork {
 public:
  std::uint32_t nodes() const override { return topology_.nodes(); }
  std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) override {
    return groups_.add(destinations);
  }
  std::uint32_t longest_multicast() const override { return shape_.buffer_depth; }
  std::uint32_t copies(const Packet& packet) const override { return groups_.copies(packet.group); }
  Cycle next_work() const override;
  void advance(Cycle until) override;
  std::uint64_t in_flight() const override { return in_flight_; }
  std::vector<LinkUse> link_use() const override;
  unsigned cycles_per_flit() const override { return timing_.interval; }

 protected:
  using PacketId = std::uint32_t;
  static constexpr PacketId nobody = ~PacketId{0};

  EventNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing);

  /// Something that was scheduled; whatever follows from it lies behind `cycle`.
  virtual void happen(Cycle cycle, std::uint32_t what) = 0;

  PacketId keep(const Packet& packet);
  /// An event at a cycle after the present one; those of one cycle come in the order of `what`.
  void schedule(Cycle cycle, std::uint32_t what) { events_.emplace(cycle, what); }
  /// Its tail leaves at the node in that cycle; the packet is kept until it has left at all of its destinations.
  void leave(PacketId packet, std::uint32_t node, Cycle tail);
  std::uint32_t output(std::uint32_t node, unsigned port) const {
    return node * topology_.ports() + port;
  }

  const Topology topology_;
  const NetworkShape shape_;
  const NetworkTiming timing_;
  MulticastGroups groups_;
  std::vector<Packet> packets_;
  std::vector<std::uint64_t> link_flits_;  // by output()

 private:
  using Event = std::pair<Cycle, std::uint32_t>;
  using Leaving = std::tuple<Cycle, std::uint32_t, std::uint64_t, PacketId>;  // cycle, node, order
  template <class T>
  using Earliest = std::priority_queue<T, std::vector<T>, std::greater<>>;

  Earliest<Event> events_;
  Earliest<Leaving> leaving_;
  std::vector<std::uint32_t> copies_left_;  // by packet: destinations that it has not left at
  std::vector<PacketId> spare_packets_;
  std::uint64_t in_flight_ = 0;
  std::uint64_t left_ = 0;
  Cycle now_ = -1;
};

}  // namespace lacuna::noc
