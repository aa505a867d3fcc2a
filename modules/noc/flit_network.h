// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "noc/multicast_groups.h"
#include "noc/network_timing.h"
#include "noc/packet_network.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// Size of a network and of its buffers.
struct NetworkShape {
  unsigned virtual_channels = 1;  ///< 1 to max_virtual_channels
  unsigned buffer_depth = 4;      ///< flits of one virtual channel of one input
};
inline constexpr unsigned max_virtual_channels = 8;

/// Wormhole routers with virtual channels and credits, flit by flit and cycle by cycle.
///
/// A head at the front of its input buffer asks for a virtual channel of its output; a packet that has one competes for the
/// switch with each of its flits. Both allocators are separable, input first, with round-robin arbiters whose pointers move
/// only when a request is granted in the end. Only routers that hold flits are looked at, and cycles without flits under way
/// cost nothing.
///
/// A packet to a group asks for a virtual channel of every output of its tree. Each branch goes on as soon as it has one,
/// whatever the others do, and reads the buffer for itself; those at the same flit pass together. A place in the buffer is
/// free again when the last branch has taken its flit. Since the whole packet fits into the buffer, no branch waits for
/// another one, and the outputs that packets hold and wait for form no other cycles than those of packets with one
/// destination.
class FlitNetwork : public PacketNetwork {
 public:
  FlitNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing);

  std::uint32_t nodes() const override { return topology_.nodes(); }
  std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) override;
  std::uint32_t longest_multicast() const override { return shape_.buffer_depth; }
  std::uint32_t copies(const Packet& packet) const override { return groups_.copies(packet.group); }
  void send(const Packet& packet) override;
  Cycle next_work() const override;
  void advance(Cycle until) override;
  std::uint64_t in_flight() const override { return in_flight_; }
  std::vector<LinkUse> link_use() const override;
  unsigned cycles_per_flit() const override { return timing_.interval; }

 private:
  using Mask = std::uint64_t;  // bit input port * virtual channels + virtual channel
  static constexpr unsigned max_ports = 5;

  /// A flit names its packet; the two lowest bits say whether it is head or tail.
  using Flit = std::uint32_t;
  static constexpr Flit head_bit = 1;
  static constexpr Flit tail_bit = 2;

  struct InputChannel {
    std::uint16_t front = 0;  // in the buffer
    std::uint16_t count = 0;
    std::uint8_t output = 0;          // port of the packet at the front
    std::uint8_t output_channel = 0;  // valid once active
    std::uint8_t allowed = 0;         // virtual channels of the output
  };
  struct OutputPort {
    std::uint32_t free = 0;   // bit v: virtual channel v belongs to nobody
    std::uint32_t ready = 0;  // bit v: there is credit
    Cycle link_free = 0;
    std::uint64_t flits = 0;
  };
  struct Router {
    Mask waiting = 0;  // the head at the front has no virtual channel yet
    Mask active = 0;   // the packet at the front has one
    Mask filled = 0;   // there is a flit
    Mask forked =
        0;  // the packet at the front goes to a group; waiting and active: some branch of it
  };
  /// Where the packet to a group at the front of an input goes, by output port.
  struct Fork {
    struct Branch {
      std::uint8_t channel = 0;
      std::uint8_t allowed = 0;
      Cycle since = 0;          // it may pass
      std::uint16_t taken = 0;  // flits of the packet
    };
    std::uint32_t waiting = 0;  // bit port: it has no virtual channel yet
    std::uint32_t active = 0;   // bit port: it has one, and not passed the tail
    std::uint16_t removed = 0;  // flits of the packet that are out of the buffer
    std::array<Branch, max_ports> branches{};
  };
  struct Source {
    std::deque<std::uint32_t> queue;  // packets; flits of the first are being sent
    std::uint32_t sent = 0;
    unsigned channel = 0;
    unsigned last_channel = 0;
    bool sent_before = false;
    Cycle link_free = 0;
    bool active = false;
  };
  struct Arrival {
    std::uint32_t channel;  // index of the input channel
    Flit flit;
  };
  struct Departure {
    std::uint32_t node;
    std::uint32_t packet;
  };
  struct Slot {
    std::vector<Arrival> arrivals;
    std::vector<std::uint32_t> credits;         // index of the output channel
    std::vector<std::uint32_t> source_credits;  // node * virtual channels + virtual channel
    std::vector<Departure> departures;
    bool empty() const {
      return arrivals.empty() && credits.empty() && source_credits.empty() && departures.empty();
    }
  };
  static constexpr std::size_t slots = longest_delay + 1;
  /// Who asks for which output channel of a router.
  struct ChannelRequests {
    Mask requested = 0;  // bit output port * virtual channels + virtual channel
    std::array<std::uint8_t, max_ports * max_virtual_channels> winner;  // input
  };

  Slot& slot(Cycle cycle) { return calendar_[static_cast<std::size_t>(cycle) % slots]; }
  void step();
  void take_arrivals(Slot& now);
  void wake_sources();
  void send_flit(std::uint32_t node);
  unsigned source_channel(const Source& source, std::uint32_t node) const;
  void work(std::uint32_t node);
  /// The virtual channels given, as a mask of the inputs that got one.
  Mask allocate_channels(std::uint32_t node);
  void allocate_switch(std::uint32_t node, Mask candidates);
  void pass(std::uint32_t node, unsigned number);
  void show_front(std::uint32_t node, unsigned number);
  /// Takes the flit out of an input's buffer: the place goes back to the router, or node, before.
  void remove_front(std::uint32_t node, unsigned number);
  /// Puts a flit on an output's virtual channel.
  void put(std::uint32_t node, unsigned output, unsigned channel, Flit flit);
  void ask_for_channel(std::uint32_t node, unsigned number, unsigned output, std::uint32_t allowed,
                       ChannelRequests& requests);

  // flit_forks.cpp
  void show_fork(std::uint32_t node, unsigned number, const Packet& packet);
  void grant_branch(std::uint32_t node, unsigned number, unsigned output, unsigned channel);
  /// Outputs that branches of a forked input could pass to now.
  std::uint32_t ready_branches(std::uint32_t node, unsigned number) const;
  void pass_branch(std::uint32_t node, unsigned number, unsigned output);

  Topology topology_;
  NetworkShape shape_;
  NetworkTiming timing_;
  unsigned ports_;
  unsigned channels_;         // virtual channels
  unsigned inputs_;           // ports * virtual channels
  Cycle now_ = -1;            // the last cycle simulated
  std::uint64_t moving_ = 0;  // flits in routers and on links, credits on their way
  std::uint64_t in_flight_ = 0;
  unsigned delivering_ = 0;

  std::vector<Router> routers_;
  std::vector<InputChannel> input_channels_;   // node * inputs_ + input
  std::vector<Flit> buffers_;                  // of each input channel, buffer_depth
  std::vector<OutputPort> outputs_;            // node * ports_ + port
  std::vector<std::uint16_t> credits_;         // node * inputs_ + port * channels_ + channel
  std::vector<std::uint16_t> source_credits_;  // node * channels_ + channel
  // Round-robin pointers: of an input channel over output channels, of an output channel over input channels, of an input
  // port over its channels and over outputs, of an output port over inputs.
  std::vector<std::uint8_t> channel_of_input_, input_of_channel_, turn_in_port_, output_of_port_,
      port_of_output_;

  MulticastGroups groups_;
  std::vector<Fork> forks_;  // by input channel, once there is a group
  std::vector<Packet> packets_;
  std::vector<std::uint32_t> copies_left_;  // by packet: destinations that it has not left at
  std::vector<std::uint32_t> spare_packets_;
  std::vector<Source> sources_;
  using Waking = std::pair<Cycle, std::uint32_t>;
  std::priority_queue<Waking, std::vector<Waking>, std::greater<>> sleeping_;
  std::vector<std::uint64_t> busy_routers_;  // bit a node
  std::vector<std::uint64_t> busy_sources_;
  std::vector<Slot> calendar_;
};

}  // namespace lacuna::noc
