// SPDX-License-Identifier: Apache-2.0
#include "noc/blocking_network.h"

#include <algorithm>

namespace lacuna::noc {

BlockingNetwork::BlockingNetwork(Topology topology, const NetworkShape& shape,
                                 const NetworkTiming& timing)
    : EventNetwork(std::move(topology), shape, timing),
      links_(std::size_t{topology_.nodes()} * (topology_.ports() + 1)),
      buffers_(std::size_t{topology_.nodes()} * topology_.ports()),
      arrivals_(buffers_.size() * shape.buffer_depth),
      departures_(arrivals_.size()),
      sunk_(std::size_t{topology_.nodes()} * shape.buffer_depth),
      queues_(topology_.nodes()) {
  for (std::uint32_t node = 0; node < topology_.nodes(); ++node) {
    for (unsigned port = 0; port < topology_.local(); ++port) {
      const std::uint32_t next = topology_.neighbour(node, port);
      if (next != Topology::nowhere) {
        links_[output(node, port)].to = output(next, Topology::opposite(port));
        buffers_[output(next, Topology::opposite(port))].link = output(node, port);
      }
    }
    links_[source_link(node)].to = output(node, topology_.local());
    buffers_[output(node, topology_.local())].link = source_link(node);
  }
}

std::uint32_t BlockingNetwork::add_group(const std::vector<std::uint32_t>& destinations) {
  latest_.resize(arrivals_.size());
  passed_.resize(arrivals_.size());
  return EventNetwork::add_group(destinations);
}

void BlockingNetwork::send(const Packet& packet) {
  const PacketId id = keep(packet);
  std::deque<PacketId>& queue = queues_[packet.source];
  queue.push_back(id);
  if (links_[source_link(packet.source)].holder == nobody) {
    start(packet.source);
    work_off();
  }
}

/// The first packet of a node's queue begins to be sent.
void BlockingNetwork::start(std::uint32_t node) {
  const PacketId id = queues_[node].front();
  queues_[node].pop_front();
  const std::uint32_t index = source_link(node);
  Link& link = links_[index];
  link.holder = id;
  link.left = packets_[id].flits;
  link.earliest = std::max(link.earliest, packets_[id].created);
  to_do_.push_back(index);
}

void BlockingNetwork::work_off() {
  while (!to_do_.empty()) {
    const std::uint32_t link = to_do_.back();
    to_do_.pop_back();
    progress(link);
  }
}

void BlockingNetwork::progress(std::uint32_t index) {
  while (links_[index].holder != nobody && pass_flit(index)) {
  }
}

/// Works out when the next flit of a link's packet passes; false when that is not known yet.
bool BlockingNetwork::pass_flit(std::uint32_t index) {
  Link& link = links_[index];
  const std::uint32_t depth = shape_.buffer_depth;
  const bool source = is_source(index);
  const bool sink = is_sink(index);
  Cycle cycle = link.earliest;
  Buffer* from = nullptr;
  if (!source) {
    from = &buffers_[link.from];
    std::uint32_t place = 0;
    if (!find_flit(link, *from, place)) {
      link.waits_for_flit = true;
      return false;
    }
    cycle = std::max(cycle, arrivals_[std::size_t{link.from} * depth + place]);
  }
  if (link.sent >= depth) {
    Cycle credit = 0;
    if (sink) {
      credit =
          sunk_[std::size_t{index / topology_.ports()} * depth + link.place] + timing_.sink_credit;
    } else {
      if (buffers_[link.to].departed + depth <= link.sent) {
        link.waits_for_credit = true;
        return false;
      }
      credit = departures_[std::size_t{link.to} * depth + link.place] +
               (source ? timing_.source_credit : timing_.credit);
    }
    cycle = std::max(cycle, credit);
  }

  const PacketId packet = link.holder;
  const bool head = link.left == packets_[packet].flits;
  if (from != nullptr) {
    ++link_flits_[index];
    take_flit(link, *from, cycle);
  }
  const bool tail = --link.left == 0;
  link.earliest = cycle + timing_.interval;
  if (sink) {
    sunk_[std::size_t{index / topology_.ports()} * depth + link.place] = cycle;
    if (tail) {
      leave(packet, index / topology_.ports(), cycle + timing_.ejection);
    }
  } else {
    Buffer& to = buffers_[link.to];
    const Cycle arrival = cycle + (source ? timing_.injection : timing_.hop);
    arrivals_[std::size_t{link.to} * depth + link.place] = arrival;
    ++to.held;
    if (head) {
      to.packets.push_back(packet);
      if (to.packets.size() == 1) {
        ask(link.to, std::max(arrival, to.turn_over));
      }
    } else if (to.packets.size() == 1) {
      wake_readers(link.to, packet);
    }
  }
  ++link.sent;
  link.place = link.place + 1 == depth ? 0 : link.place + 1;

  if (tail) {
    link.holder = nobody;
    link.free = cycle + 1;
    if (source) {
      const std::uint32_t node = index - topology_.nodes() * topology_.ports();
      if (!queues_[node].empty()) {
        start(node);
      }
      return false;
    }
    finish_branch(link.from, cycle);
    Cycle first = never;
    for (unsigned port = 0; port < topology_.ports(); ++port) {
      if ((link.asking >> port & 1) != 0) {
        first = std::min(first, link.asked[port]);
      }
    }
    if (first != never) {
      arbitrate_at(index, std::max(first, link.free));
    }
  }
  return true;
}

bool BlockingNetwork::find_flit(const Link& link, const Buffer& from, std::uint32_t& place) const {
  const Packet& packet = packets_[link.holder];
  if (packet.group == 0) {
    place = from.departure;
    return from.held != 0;
  }
  const std::uint32_t ahead = packet.flits - link.left - from.removed;
  place = (from.departure + ahead) % shape_.buffer_depth;
  return ahead < from.held;
}

void BlockingNetwork::take_flit(const Link& link, Buffer& from, Cycle cycle) {
  const Packet& packet = packets_[link.holder];
  if (packet.group != 0) {
    const std::size_t flit =
        std::size_t{link.from} * shape_.buffer_depth + (packet.flits - link.left);
    cycle = std::max(cycle, latest_[flit]);
    latest_[flit] = cycle;
    if (++passed_[flit] < from.branches) {
      return;
    }
    latest_[flit] = 0;
    passed_[flit] = 0;
    ++from.removed;
  }
  departures_[std::size_t{link.from} * shape_.buffer_depth + from.departure] = cycle;
  from.departure = from.departure + 1 == shape_.buffer_depth ? 0 : from.departure + 1;
  ++from.departed;
  --from.held;
  Link& before = links_[from.link];
  if (before.waits_for_credit) {
    before.waits_for_credit = false;
    to_do_.push_back(from.link);
  }
}

void BlockingNetwork::finish_branch(std::uint32_t buffer, Cycle cycle) {
  Buffer& from = buffers_[buffer];
  from.turn_over = std::max(from.turn_over, cycle + 1);
  if (++from.finished < from.branches) {
    return;
  }
  from.packets.pop_front();
  if (!from.packets.empty()) {
    const Cycle arrived = arrivals_[std::size_t{buffer} * shape_.buffer_depth + from.departure];
    ask(buffer, std::max(arrived, from.turn_over));
  }
}

/// A flit of the packet at a buffer's front has come: for links that have waited for it.
void BlockingNetwork::wake_readers(std::uint32_t buffer, PacketId packet) {
  const std::uint32_t node = buffer / topology_.ports();
  for (std::uint32_t left = buffers_[buffer].outputs; left != 0; left &= left - 1) {
    const std::uint32_t index = output(node, static_cast<unsigned>(__builtin_ctz(left)));
    if (links_[index].waits_for_flit && links_[index].holder == packet) {
      links_[index].waits_for_flit = false;
      to_do_.push_back(index);
    }
  }
}

/// The head at the front of a buffer asks for its outputs.
void BlockingNetwork::ask(std::uint32_t buffer, Cycle since) {
  Buffer& input = buffers_[buffer];
  const std::uint32_t node = buffer / topology_.ports();
  const unsigned port = buffer % topology_.ports();
  const Packet& packet = packets_[input.packets.front()];
  input.outputs = 0;
  input.branches = 0;
  input.finished = 0;
  input.removed = 0;
  if (packet.group == 0) {
    input.outputs = 1U << topology_.route(node, packet.destination);
    input.branches = 1;
  } else {
    for (const MulticastTree::Branch& branch :
         groups_.branches(packet.source, packet.group, node)) {
      input.outputs |= 1U << branch.port;
      ++input.branches;
    }
  }
  for (std::uint32_t left = input.outputs; left != 0; left &= left - 1) {
    const std::uint32_t index = output(node, static_cast<unsigned>(__builtin_ctz(left)));
    Link& link = links_[index];
    link.asking = static_cast<std::uint8_t>(link.asking | 1U << port);
    link.asked[port] = since;
    if (link.holder == nobody) {
      arbitrate_at(index, std::max(since, link.free));
    }
  }
}

void BlockingNetwork::arbitrate_at(std::uint32_t link, Cycle cycle) {
  if (cycle < links_[link].arbitration) {
    links_[link].arbitration = cycle;
    schedule(cycle, link);
  }
}

void BlockingNetwork::happen(Cycle cycle, std::uint32_t what) {
  Link& link = links_[what];
  if (link.arbitration != cycle) {
    return;  // an earlier one came in between
  }
  link.arbitration = never;
  if (link.holder != nobody) {
    return;
  }
  const unsigned ports = topology_.ports();
  unsigned winner = ports;
  Cycle later = never;
  for (unsigned i = 0; i < ports; ++i) {
    const unsigned port = (link.turn + i) % ports;
    if ((link.asking >> port & 1) == 0) {
      continue;
    }
    if (link.asked[port] > cycle) {
      later = std::min(later, link.asked[port]);
    } else if (winner == ports) {
      winner = port;
    }
  }
  if (winner == ports) {
    if (later != never) {
      arbitrate_at(what, later);
    }
    return;
  }
  link.turn = static_cast<std::uint8_t>((winner + 1) % ports);
  link.asking = static_cast<std::uint8_t>(link.asking & ~(1U << winner));
  link.from = what / ports * ports + winner;
  link.holder = buffers_[link.from].packets.front();
  link.left = packets_[link.holder].flits;
  link.earliest = std::max(link.earliest, cycle + timing_.vc_allocation);
  to_do_.push_back(what);
  work_off();
}

}  // namespace lacuna::noc
