// SPDX-License-Identifier: Apache-2.0
#include "noc/sharing_network.h"

#include <algorithm>
#include <cmath>

namespace lacuna::noc {

SharingNetwork::SharingNetwork(Topology topology, const NetworkShape& shape,
                               const NetworkTiming& timing)
    : EventNetwork(std::move(topology), shape, timing),
      links_(link_flits_.size()),
      readers_(2 * link_flits_.size()),
      node_free_(topology_.nodes()) {}

void SharingNetwork::plan(double at, Kind kind, std::uint32_t index) {
  schedule(static_cast<Cycle>(std::ceil(at)), index << 2 | kind);
}

void SharingNetwork::send(const Packet& packet) {
  const PacketId id = keep(packet);
  Cycle& free = node_free_[packet.source];
  const Cycle start = std::max(packet.created, free);
  free = start + Cycle{packet.flits} * timing_.interval;
  Way way;
  way.packet = id;
  way.node = packet.source;
  way.ready = static_cast<double>(start + timing_.injection);
  plan(way.ready, arrival, add_way(way));
}

std::uint32_t SharingNetwork::add_way(const Way& way) {
  if (spare_ways_.empty()) {
    ways_.push_back(way);
    return static_cast<std::uint32_t>(ways_.size() - 1);
  }
  const std::uint32_t index = spare_ways_.back();
  spare_ways_.pop_back();
  ways_[index] = way;
  return index;
}

void SharingNetwork::drop(StageId stage) {
  while (stage != none && --stages_[stage].holders == 0) {
    spare_stages_.push_back(stage);
    stage = stages_[stage].previous;
  }
}

void SharingNetwork::happen(Cycle cycle, std::uint32_t what) {
  const std::uint32_t index = what >> 2;
  switch (static_cast<Kind>(what & 3)) {
    case arrival:
      fork(index);
      break;
    case completion:
      complete(index, static_cast<double>(cycle));
      break;
    case release:
      if (links_[index].look == cycle) {
        links_[index].look = never;
        admit(index, static_cast<double>(cycle));
      }
      break;
  }
}

/// A head is at a router: it goes on to one output, or to those of its tree.
void SharingNetwork::fork(std::uint32_t index) {
  const Way way = ways_[index];
  const Packet packet = packets_[way.packet];
  if (packet.group == 0) {
    arrive(index, topology_.route(way.node, packet.destination), packet.destination);
    return;
  }
  bool first = true;
  for (const MulticastTree::Branch& branch :
       groups_.branches(packet.source, packet.group, way.node)) {
    if (!first && way.stage != none) {
      ++stages_[way.stage].holders;
    }
    const std::uint32_t branch_way = first ? index : add_way(way);
    ways_[branch_way].reads = first;  // the switch copies
    arrive(branch_way, branch.port, branch.farthest);
    first = false;
  }
}

void SharingNetwork::arrive(std::uint32_t index, unsigned port, std::uint32_t destination) {
  Way& way = ways_[index];
  way.port = port;
  way.allowed = topology_.channels(way.node, destination, port, shape_.virtual_channels);
  way.ready += timing_.vc_allocation;
  const std::uint32_t link = output(way.node, port);
  if (links_[link].waiting.empty()) {
    release_channels(link, way.ready);
    if (has_channel(links_[link], way.allowed)) {
      pass(index, way.ready);
      return;
    }
  }
  links_[link].waiting.push_back(index);
  admit(link, way.ready);
}

/// Takes channels back whose packets' tails have passed. @return when to look for the next one, 0 when none is known
double SharingNetwork::release_channels(std::uint32_t index, double now) {
  Link& link = links_[index];
  serve(index, now);
  double earliest = 0;
  for (std::uint32_t i = 0; i < link.held;) {
    bool settled = true;
    const double passed = tail(link.holding[i], now, settled);
    if (settled && passed <= now) {
      drop(link.holding[i]);
      link.holding[i] = link.holding[--link.held];
    } else {
      const double look = std::max(passed, now + 1);
      earliest = earliest == 0 ? look : std::min(earliest, look);
      ++i;
    }
  }
  return earliest;
}

/// Heads that wait for an output take virtual channels that are free.
void SharingNetwork::admit(std::uint32_t index, double now) {
  Link& link = links_[index];
  double earliest = release_channels(index, now);
  for (auto next = link.waiting.begin(); next != link.waiting.end();) {
    const std::uint32_t way = *next;
    if (!has_channel(link, ways_[way].allowed)) {
      ++next;
      continue;
    }
    next = link.waiting.erase(next);
    pass(way, std::max(now, ways_[way].ready));
  }
  if (link.waiting.empty()) {
    return;
  }
  if (link.active != 0) {
    double least = stages_[link.sharing[0]].left;
    for (std::uint32_t i = 1; i < link.active; ++i) {
      least = std::min(least, stages_[link.sharing[i]].left);
    }
    const double finish = now + std::max(1.0, least * link.active * timing_.interval);
    earliest = earliest == 0 ? finish : std::min(earliest, finish);
  }
  const auto look = static_cast<Cycle>(std::ceil(earliest));
  if (look < link.look) {
    link.look = look;
    plan(earliest, release, index);
  }
}

/// Whether one of these virtual channels is free. On a ring there are two sets, which have none in common.
bool SharingNetwork::has_channel(const Link& link, std::uint32_t allowed) const {
  const auto among = [&](const auto& stages, std::uint32_t count) {
    return std::count_if(stages.begin(), stages.begin() + count,
                         [&](StageId id) { return stages_[id].allowed == allowed; });
  };
  if (link.active + link.held == 0) {
    return true;
  }
  return among(link.sharing, link.active) + among(link.holding, link.held) <
         __builtin_popcount(allowed);
}

/// A head has a virtual channel and passes.
void SharingNetwork::pass(std::uint32_t index, double now) {
  Way& way = ways_[index];
  const Packet& packet = packets_[way.packet];
  const std::uint32_t output_index = output(way.node, way.port);
  Link& link = links_[output_index];
  serve(output_index, now);
  StageId id = static_cast<StageId>(stages_.size());
  if (spare_stages_.empty()) {
    stages_.emplace_back();
  } else {
    id = spare_stages_.back();
    spare_stages_.pop_back();
  }
  Stage& stage = stages_[id];
  stage = Stage{};
  stage.link = output_index;
  stage.previous = way.stage;
  stage.flits = packet.flits;
  stage.allowed = way.allowed;
  stage.pace = pace(packet.flits);
  stage.input = way.stage == none ? output(way.node, topology_.local()) + link_flits_.size()
                                  : stages_[way.stage].link;
  stage.holders = 2;  // the way and the link
  if (link.active == 0) {
    // The link is its own, once the last flit of another has gone.
    now = std::max(now, link.free);
    stage.left = packet.flits - 1;
    link.now = now;
  } else {
    // It waits for its turn among the others, at the middle of a round.
    stage.left = packet.flits;
    stage.slowed = true;
    for (std::uint32_t i = 0; i < link.active; ++i) {
      stages_[link.sharing[i]].slowed = true;
    }
    now += 0.5 * link.active * timing_.interval;
  }
  if (stage.left > 0) {
    link.sharing[link.active++] = id;
    stage.reads = way.reads;
    readers_[stage.input] += stage.reads ? 1 : 0;
    stage.slowed = stage.slowed || readers_[stage.input] > timing_.interval;
  } else {
    stage.finish = now;
    link.free = now + timing_.interval;
    link.holding[link.held++] = id;
  }
  link_flits_[output_index] += packet.flits;
  if (way.stage != none) {
    stages_[way.stage].next = std::max(stages_[way.stage].next, now);
  }
  way.stage = id;
  way.head = now;
  if (way.port == topology_.local()) {
    plan(now + static_cast<double>(packet.flits - 1) * timing_.interval, completion, index);
    return;
  }
  way.node = topology_.neighbour(way.node, way.port);
  way.ready = now + timing_.hop;
  plan(way.ready, arrival, index);
}

double SharingNetwork::least_left(const Stage& stage, double now) {
  if (stage.previous == none || !stages_[stage.previous].slowed) {
    return 0;
  }
  const std::uint32_t before = stages_[stage.previous].link;
  serve(before, now);
  const Stage& previous = stages_[stage.previous];
  if (previous.finish != unknown) {
    return 0;
  }
  const double pace =
      std::max(static_cast<double>(timing_.interval) * links_[before].active, previous.pace);
  return std::min(previous.left + timing_.hop / pace, stage.left);
}

double SharingNetwork::time_a_flit(const Stage& stage, std::uint32_t sharers) const {
  return std::max({static_cast<double>(sharers) * timing_.interval,
                   static_cast<double>(readers_[stage.input]), stage.pace});
}

void SharingNetwork::finish(Link& link, StageId id) {
  Stage& stage = stages_[id];
  stage.finish = link.now;
  readers_[stage.input] -= stage.reads ? 1 : 0;
  link.free = link.now + timing_.interval;
  link.holding[link.held++] = id;
}

void SharingNetwork::serve(std::uint32_t index, double now) {
  Link& link = links_[index];
  if (link.active == 0 || link.now >= now || link.serving) {
    return;  // the ways of packets around a ring come back to where they began
  }
  link.serving = true;
  // Those that take their part lie in front, those that have to wait for their flits behind.
  std::array<double, max_virtual_channels> floor;
  for (std::uint32_t i = 0; i < link.active; ++i) {
    floor[i] = least_left(stages_[link.sharing[i]], now);
  }
  std::uint32_t taking = link.active;
  while (taking != 0) {
    double passing = now - link.now;
    bool reaches = false;
    for (std::uint32_t i = 0; i < taking; ++i) {
      const Stage& stage = stages_[link.sharing[i]];
      const double time = (stage.left - floor[i]) * time_a_flit(stage, taking);
      if (time <= passing) {
        passing = time;
        reaches = true;
      }
    }
    for (std::uint32_t i = 0; i < taking; ++i) {
      Stage& stage = stages_[link.sharing[i]];
      stage.left -= passing / time_a_flit(stage, taking);
    }
    if (!reaches) {
      break;
    }
    link.now += passing;
    for (std::uint32_t i = 0; i < taking;) {
      const StageId id = link.sharing[i];
      if (stages_[id].left - floor[i] > 1e-9) {
        ++i;
        continue;
      }
      --taking;
      floor[i] = floor[taking];
      if (stages_[id].left > 1e-9) {
        stages_[id].slowed = true;
        std::swap(link.sharing[i], link.sharing[taking]);
      } else {
        finish(link, id);
        link.sharing[i] = link.sharing[taking];
        link.sharing[taking] = link.sharing[--link.active];
      }
    }
  }
  if (link.active != 0) {
    link.now = now;
  }
  link.serving = false;
}

double SharingNetwork::tail(StageId id, double now, bool& settled) {
  serve(stages_[id].link, now);
  const Stage& stage = stages_[id];
  double passed = stage.finish;
  if (passed == unknown) {
    settled = false;
    passed = now + stage.left * timing_.interval;
  }
  if (stage.previous != none) {
    passed = std::max(passed, tail(stage.previous, now, settled) + timing_.hop);
  }
  if (stage.flits > shape_.buffer_depth && stage.link % topology_.ports() != topology_.local()) {
    // What does not fit into the buffer behind stays until the head goes on there.
    const double rest =
        static_cast<double>(stage.flits - 1 - shape_.buffer_depth) * timing_.interval +
        timing_.credit;
    if (stage.next == unknown) {
      settled = false;
      passed = std::max(passed, now + rest);
    } else {
      passed = std::max(passed, stage.next + rest);
    }
  }
  return passed;
}

void SharingNetwork::complete(std::uint32_t index, double now) {
  const Way way = ways_[index];
  const Packet& packet = packets_[way.packet];
  bool settled = true;
  double passed = tail(way.stage, now, settled);
  if (!settled) {
    plan(std::max(now + 1, passed), completion, index);
    return;
  }
  passed = std::max(passed, way.head + static_cast<double>(packet.flits - 1) * timing_.interval +
                                static_cast<double>(
                                    stall(topology_.hops(packet.source, way.node), packet.flits)));
  // It may have passed before this event, but is not out before it.
  leave(way.packet, way.node,
        std::max(static_cast<Cycle>(std::llround(passed)) + timing_.ejection,
                 static_cast<Cycle>(now)));
  drop(way.stage);
  spare_ways_.push_back(index);
}

double SharingNetwork::pace(std::uint32_t flits) const {
  const double burst = static_cast<double>(shape_.buffer_depth) * timing_.interval;
  const double stall = std::max(0.0, static_cast<double>(timing_.hop + timing_.credit) - burst);
  const std::uint32_t stalls = (flits - 1) / shape_.buffer_depth;
  return timing_.interval + (flits == 1 ? 0 : stalls * stall / (flits - 1));
}

Cycle SharingNetwork::stall(std::uint32_t hops, std::uint32_t flits) {
  const auto known = stalls_.find({hops, flits});
  if (known != stalls_.end()) {
    return known->second;
  }
  const Cycle lost = alone(hops, flits) - timing_.zero_load(hops, flits);
  stalls_[{hops, flits}] = lost;
  return lost;
}

Cycle SharingNetwork::alone(std::uint32_t hops, std::uint32_t flits) {
  // By stage (the node's link, each router's output) and flit: when it passes.
  std::vector<std::vector<Cycle>> passes(hops + 2, std::vector<Cycle>(flits));
  for (std::uint32_t flit = 0; flit < flits; ++flit) {
    for (std::uint32_t stage = 0; stage < hops + 2; ++stage) {
      Cycle at = 0;
      if (flit > 0) {
        at = passes[stage][flit - 1] + timing_.interval;
      }
      if (stage > 0) {
        const Cycle arrival =
            passes[stage - 1][flit] + (stage == 1 ? timing_.injection : timing_.hop);
        at = std::max(at, arrival + (flit == 0 ? timing_.vc_allocation : 0));
      }
      if (flit >= shape_.buffer_depth) {
        const std::uint32_t before = flit - shape_.buffer_depth;
        const bool last = stage == hops + 1;
        const Cycle credit = stage == 0 ? timing_.source_credit : timing_.credit;
        at = std::max(at, last ? passes[stage][before] + timing_.sink_credit
                               : passes[stage + 1][before] + credit);
      }
      passes[stage][flit] = at;
    }
  }
  return passes[hops + 1][flits - 1] + timing_.ejection;
}

}  // namespace lacuna::noc
