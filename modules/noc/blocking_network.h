// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>

#include "noc/event_network.h"

namespace lacuna::noc {

/// Wormhole routers with one virtual channel, packet by packet, with the same times as FlitNetwork's to the cycle.
///
/// With one virtual channel nobody competes for the switch: whoever holds an output's channel has the output to itself. So
/// only the heads' competition for outputs is decided in the order of time. All other times follow from
///     x(i, j) = max(x(i, j - 1) + interval, x(i - 1, j) + hop, x(i + 1, j - depth) + credit)
/// for flit j on the i-th link of its packet, where the last term is whoever's flit was the depth-th before it in the buffer.
/// They are worked out as soon as what they follow from is known, in whatever order. A packet to a group has a chain of links
/// for every branch; its flits leave a buffer when the last branch has passed them.
class BlockingNetwork : public EventNetwork {
 public:
  /// @param shape of one virtual channel
  BlockingNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing);

  std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) override;
  void send(const Packet& packet) override;

 private:
  static constexpr unsigned max_ports = 5;

  /// An output of a router, or the way from a node into its router.
  struct Link {
    PacketId holder = nobody;
    std::uint32_t left = 0;  // flits of the holder not yet sent
    std::uint32_t from = 0;  // buffer; none of a node's link
    std::uint32_t to = 0;    // buffer; none of a link out of the network
    Cycle earliest = 0;      // the next flit may not pass before
    Cycle free = 0;          // for another packet, once there is no holder
    Cycle arbitration = never;
    std::uint64_t sent = 0;   // flits ever, where a place must be free for
    std::uint32_t place = 0;  // sent % depth
    std::uint8_t turn = 0;    // of the round robin over input ports
    std::uint8_t asking = 0;  // bit: input port
    bool waits_for_credit = false;
    bool waits_for_flit = false;
    std::array<Cycle, max_ports> asked{};  // since when
  };
  /// The input of a router.
  struct Buffer {
    std::uint32_t link = 0;       // that fills it
    std::uint32_t outputs = 0;    // bit port: of the packet at the front
    std::uint64_t departed = 0;   // flits ever
    std::uint32_t departure = 0;  // departed % depth
    std::uint32_t held = 0;       // flits whose arrival is known and departure is not
    Cycle turn_over = 0;          // the next packet's head is seen at the front no earlier
    std::deque<PacketId> packets;
    std::uint32_t branches = 1;  // of the packet at the front
    std::uint32_t finished = 0;  // branches that have passed its tail
    std::uint32_t removed = 0;   // its flits that are out of the buffer, where it goes to a group
  };

  void happen(Cycle cycle, std::uint32_t what) override;
  void start(std::uint32_t node);
  void ask(std::uint32_t buffer, Cycle since);
  void arbitrate_at(std::uint32_t link, Cycle cycle);
  void progress(std::uint32_t index);
  bool pass_flit(std::uint32_t index);
  /// The place in its buffer from which a link takes its next flit; false while that has not come.
  bool find_flit(const Link& link, const Buffer& from, std::uint32_t& place) const;
  /// A link has taken a flit from its buffer, which leaves it with the last branch.
  void take_flit(const Link& link, Buffer& from, Cycle cycle);
  /// A link has passed the tail of the packet at a buffer's front.
  void finish_branch(std::uint32_t buffer, Cycle cycle);
  void wake_readers(std::uint32_t buffer, PacketId packet);
  void work_off();
  std::uint32_t source_link(std::uint32_t node) const {
    return topology_.nodes() * topology_.ports() + node;
  }
  bool is_source(std::uint32_t link) const { return link >= topology_.nodes() * topology_.ports(); }
  bool is_sink(std::uint32_t link) const {
    return !is_source(link) && link % topology_.ports() == topology_.local();
  }

  std::vector<Link> links_;      // outputs, then the nodes' own
  std::vector<Buffer> buffers_;  // node * ports + input port
  // Of each buffer, depth long: when a flit arrived, and when one left. Of links out of the network: when one left.
  std::vector<Cycle> arrivals_;
  std::vector<Cycle> departures_;
  std::vector<Cycle> sunk_;
  // Of a packet to a group, by buffer and flit: when the last branch so far passed it, and how many have.
  std::vector<Cycle> latest_;
  std::vector<std::uint8_t> passed_;
  std::vector<std::deque<PacketId>> queues_;  // by node
  std::vector<std::uint32_t> to_do_;          // links that may have become able to go on
};

}  // namespace lacuna::noc
