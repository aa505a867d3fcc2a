// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace lacuna::noc {

/// A clock cycle of the network, counted from the simulation's start.
using Cycle = std::int64_t;
inline constexpr Cycle never = std::numeric_limits<Cycle>::max();

/// What travels from one node to another: a head flit, flits in between, a tail flit; one flit may be all of them.
struct Packet {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t flits = 1;
  std::uint32_t group = 0;  ///< destinations instead of the one (PacketNetwork::add_group); 0: none
  Cycle created = 0;        ///< enters its source's queue, which is as long as it must be
  std::uint64_t token = 0;  ///< the sender's own; nobody else reads it
};

/// What passed a way between two routers, or out of the network.
struct LinkUse {
  std::uint32_t from = 0;  ///< node
  std::uint32_t to = 0;    ///< node; from itself where the link leads out of the network
  std::uint64_t flits = 0;
};

/// A network of routers that moves packets in cycles; it knows no SystemC. Whoever owns it gives it packets and tells it
/// how far time has come.
class PacketNetwork {
 public:
  /// `tail` is the cycle in which the packet's last flit has left the network at packet.destination.
  using Delivered = std::function<void(const Packet& packet, Cycle tail)>;

  virtual ~PacketNetwork() = default;

  virtual std::uint32_t nodes() const = 0;
  /// The number of a set of destinations, for Packet::group. A packet to a group travels as one along the union of the ways to
  /// each of them, is copied where these part, and is reported at every destination.
  virtual std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) = 0;
  /// Flits that a packet to a group may have: it must fit into any buffer as a whole, so that no copy waits for another one.
  virtual std::uint32_t longest_multicast() const = 0;
  /// Destinations of a packet.
  virtual std::uint32_t copies(const Packet& packet) const = 0;
  /// Puts a packet into its source's queue. It must be created after the cycle that advance() came to, and not before the
  /// packets that the same source was given earlier.
  virtual void send(const Packet& packet) = 0;
  /// The first cycle after advance()'s in which anything may happen; `never` when nothing is under way.
  virtual Cycle next_work() const = 0;
  /// Simulates all cycles up to and including `until`; deliveries are reported in the order of their cycles, those of one
  /// cycle in the order of nodes.
  virtual void advance(Cycle until) = 0;

  /// Packets sent and not yet delivered to all of their destinations.
  virtual std::uint64_t in_flight() const = 0;
  /// Every link between routers and out of the network, with what has passed.
  virtual std::vector<LinkUse> link_use() const = 0;
  /// Cycles that a flit occupies a link.
  virtual unsigned cycles_per_flit() const = 0;

  void on_delivery(Delivered delivered) { delivered_ = std::move(delivered); }

 protected:
  void deliver(const Packet& packet, Cycle tail) const {
    if (delivered_) {
      delivered_(packet, tail);
    }
  }

 private:
  Delivered delivered_;
};

}  // namespace lacuna::noc
