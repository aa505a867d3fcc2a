// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "noc/event_network.h"

namespace lacuna::noc {

/// An estimate of routers with several virtual channels, packet by packet.
///
/// Packets that have a virtual channel of an output share its link flit by flit, each in equal parts (processor sharing), as
/// many at a time as there are channels; those that come from one input of the router share the switch's way from there; and
/// a packet gets no further than its flits have come. Further heads wait, in the order of their coming, for a channel that is
/// given back: when the tail has passed and what does not fit into the next buffer has gone on. So a shared link holds tails
/// back rather than heads, and a packet that one link has spread out takes no more than its part of the next one.
///
/// Rates are kept as of the last event at each link. Not followed: which channel of the next buffer a packet is in, and so whom
/// it may have to wait behind there.
class SharingNetwork : public EventNetwork {
 public:
  SharingNetwork(Topology topology, const NetworkShape& shape, const NetworkTiming& timing);

  void send(const Packet& packet) override;

 private:
  using StageId = std::uint32_t;
  static constexpr StageId none = ~StageId{0};
  static constexpr double unknown = -1;

  /// A packet on an output.
  struct Stage {
    std::uint32_t link = 0;
    StageId previous = none;    // on the output before; kept as long as this
    std::uint32_t holders = 0;  // stages and ways that refer to it
    double left = 0;            // flits that have yet to pass
    double finish = unknown;    // its own share of the link has let the tail pass
    double next = unknown;      // the head passed the output behind
    double pace = 0;            // cycles a flit, with the link to itself
    std::uint32_t flits = 0;
    std::uint32_t input = 0;    // where it comes from: an output of the router before, or the node
    std::uint32_t allowed = 0;  // virtual channels that it may have
    bool reads = false;         // counts among the input's packets: not of a copy
    bool slowed = false;        // it has not had the link to itself all the time
  };
  /// Where a packet's head is, or that of one branch of it.
  struct Way {
    PacketId packet = nobody;
    std::uint32_t node = 0;
    unsigned port = 0;          // that it takes there
    std::uint32_t allowed = 0;  // virtual channels of it
    bool reads = true;
    double ready = 0;  // the head may pass, for all that it knows
    StageId stage = none;
    double head = 0;  // out of the last router: it passed
  };
  struct Link {
    double now = 0;   // what is left is so now
    double free = 0;  // of the last flit that passed
    std::uint32_t active = 0;
    std::uint32_t held = 0;
    std::array<StageId, max_virtual_channels> sharing{};  // flits are left
    std::array<StageId, max_virtual_channels> holding{};  // none are, but the tail has yet to come
    std::deque<std::uint32_t> waiting;                    // ways
    bool serving = false;
    Cycle look = never;  // scheduled
  };
  enum Kind : std::uint32_t { arrival, completion, release };

  void happen(Cycle cycle, std::uint32_t what) override;
  void plan(double at, Kind kind, std::uint32_t index);
  std::uint32_t add_way(const Way& way);
  void drop(StageId stage);
  void fork(std::uint32_t index);
  void arrive(std::uint32_t index, unsigned port, std::uint32_t destination);
  bool has_channel(const Link& link, std::uint32_t allowed) const;
  double release_channels(std::uint32_t index, double now);
  void admit(std::uint32_t index, double now);
  void pass(std::uint32_t index, double now);
  void complete(std::uint32_t index, double now);
  /// Flits of a packet that cannot have passed yet, as they have not come from the router before.
  double least_left(const Stage& stage, double now);
  /// Of the link, all that share it have a part; of the switch, all that come from one input; and as many flits as there are
  /// credits pass in a credit's round trip, so that a packet alone may take longer than its parts.
  double time_a_flit(const Stage& stage, std::uint32_t sharers) const;
  void finish(Link& link, StageId id);
  /// Lets a link's packets pass up to a time.
  void serve(std::uint32_t index, double now);
  /// When a packet's tail has passed an output, as far as that is settled by now: else `settled` is false and it is not before.
  double tail(StageId id, double now, bool& settled);
  /// Cycles a flit of a packet that has a link to itself and waits for credits now and then.
  double pace(std::uint32_t flits) const;
  /// Cycles that a packet alone loses for want of credits.
  Cycle stall(std::uint32_t hops, std::uint32_t flits);
  Cycle alone(std::uint32_t hops, std::uint32_t flits);

  std::vector<Stage> stages_;
  std::vector<StageId> spare_stages_;
  std::vector<Way> ways_;
  std::vector<std::uint32_t> spare_ways_;
  std::vector<Link> links_;             // by output
  std::vector<std::uint32_t> readers_;  // by input: packets that pass from it
  std::vector<Cycle> node_free_;        // by node
  std::map<std::pair<std::uint32_t, std::uint32_t>, Cycle> stalls_;
};

}  // namespace lacuna::noc
