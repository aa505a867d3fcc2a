// SPDX-License-Identifier: Apache-2.0
//
// Transactions as packets: when each is sent, and what follows from its arrival.
#include <algorithm>

#include "noc/packet_interconnect.h"
#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::noc {

Cycle PacketInterconnect::cycle_of(const sc_core::sc_time& time) const {
  return tlm::to_time(time).value() / period_ps_;
}

void PacketInterconnect::claim(Flight& flight, Cycle seen, Way way) {
  claims_.push_back({&flight, seen, way});
  wake_at(seen);
}

void PacketInterconnect::request(Flight& flight, const sc_core::sc_time& when) {
  const Cycle seen = cycle_of(when) + 1;
  if (flight.target == nobody && flight.copies.empty()) {
    endings_.push_back({seen, &flight, requests, true});
    wake_at(seen);
    return;
  }
  claim(flight, seen, requests);
}

void PacketInterconnect::accepted(Flight& flight, const sc_core::sc_time& when) {
  const Cycle cycle = cycle_of(when) + 1;
  releases_.push_back({cycle, flight.source, flight.target});
  if (!claims_.empty()) {
    wake_at(cycle);
  }
}

void PacketInterconnect::response(Flight& flight, const sc_core::sc_time& when) {
  claim(flight, cycle_of(when) + 1, responses);
}

void PacketInterconnect::finished(Flight& flight, const sc_core::sc_time& when) {
  static_cast<void>(flight);
  static_cast<void>(when);
}

bool PacketInterconnect::at_target(const Flight& flight) const {
  return flight.parts == 0 && std::none_of(claims_.begin(), claims_.end(), [&](const Claim& claim) {
           return claim.flight == &flight;
         });
}

void PacketInterconnect::inject(const Packet& packet) {
  Packet injected = packet;
  injected.token = packet.token << 1 | 1;  // odd: of no flight
  if (injected_ == 0) {
    surroundings().watchdog.begin_work();
  }
  injected_ += networks_[requests]->copies(injected);
  meter_.sent(injected);
  ++packets_;
  multicasts_ += injected.group != 0 ? 1 : 0;
  flits_ += injected.flits;
  networks_[requests]->send(injected);
  if (!working_) {
    plan();
  }
}

void PacketInterconnect::work() {
  now_ = cycle_of(sc_core::sc_time_stamp());
  working_ = true;
  next_wake_ = never;
  for (const auto& network : networks_) {
    network->advance(now_ - 1);
  }
  const auto due = [this](const Release& release) { return release.cycle <= now_; };
  for (const Release& release : releases_) {
    if (due(release)) {
      --under_way_[release.source * targets() + release.target];
    }
  }
  releases_.erase(std::remove_if(releases_.begin(), releases_.end(), due), releases_.end());
  serve_claims();
  for (const auto& network : networks_) {
    network->advance(now_);
  }
  serve_endings();
  working_ = false;
  plan();
}

void PacketInterconnect::plan() {
  Cycle next = never;
  for (const auto& network : networks_) {
    next = std::min(next, network->next_work());
  }
  // Credits on their way back while nothing moves can wait for whoever comes next.
  if (next != never && moving() != 0) {
    // Nobody in SystemC waits for packets that came by inject(): they need no look in between.
    constexpr Cycle batch = 256;
    wake_at(transfers_ != 0 ? next : std::max(next, now_ + batch));
  }
  for (const Claim& claim : claims_) {
    if (claim.seen > now_) {
      wake_at(claim.seen);
    }
  }
  if (!claims_.empty()) {
    for (const Release& release : releases_) {
      wake_at(release.cycle);
    }
    for (std::size_t source = 0; source < sources(); ++source) {
      if (request_free_[source] > now_) {
        wake_at(request_free_[source]);
      }
    }
    for (const Cycle free : response_free_) {
      if (free > now_) {
        wake_at(free);
      }
    }
  }
  for (const Ending& ending : endings_) {
    wake_at(ending.cycle);
  }
}

void PacketInterconnect::wake_at(Cycle cycle) {
  if (working_ || cycle >= next_wake_) {
    return;
  }
  next_wake_ = cycle;
  const std::int64_t now_ps = tlm::now().value();
  wake_.notify(tlm::to_sc_time(Time(std::max(cycle * period_ps_, now_ps) - now_ps)));
}

void PacketInterconnect::serve_claims() {
  const auto before = [](const Claim& a, const Claim& b) {
    if (a.seen != b.seen) {
      return a.seen < b.seen;
    }
    const tlm::Payload& x = *a.flight->payload;
    const tlm::Payload& y = *b.flight->payload;
    if (tlm::precedes(x, y) != tlm::precedes(y, x)) {
      return tlm::precedes(x, y);
    }
    return std::tie(a.way, a.flight->source, a.flight->target) <
           std::tie(b.way, b.flight->source, b.flight->target);
  };
  std::stable_sort(claims_.begin(), claims_.end(), before);
  std::vector<Claim> waiting;
  for (const Claim& claim : claims_) {
    Flight& flight = *claim.flight;
    const bool request = claim.way == requests;
    const Cycle free = request ? request_free_[flight.source] : response_free_[flight.target];
    const bool room = !request || has_room(flight);
    if (claim.seen > now_ || free > now_ || !room) {
      waiting.push_back(claim);
      continue;
    }
    if (!flight.copies.empty()) {
      for (const Flight* copy : flight.copies) {
        ++under_way(*copy);
      }
      start_multicast(flight);
      continue;
    }
    if (request) {
      ++under_way(flight);
    }
    start(flight, claim.way);
  }
  claims_.swap(waiting);
}

bool PacketInterconnect::has_room(const Flight& flight) {
  if (flight.copies.empty()) {
    return under_way(flight) < params_.queue_depth;
  }
  return std::all_of(flight.copies.begin(), flight.copies.end(),
                     [this](const Flight* copy) { return under_way(*copy) < params_.queue_depth; });
}

/// Cuts data into packets and sends them. @return how many
std::uint64_t PacketInterconnect::send(Packet packet, Way way, std::uint64_t bytes,
                                       std::uint64_t most, Cycle& flits) {
  packet.created = now_;
  std::uint64_t packets = 0;
  do {
    const std::uint64_t carried = std::min(bytes, most);
    packet.flits = static_cast<std::uint32_t>(1 + (carried + params_.width - 1) / params_.width);
    bytes -= carried;
    flits += packet.flits;
    ++packets;
    ++packets_;
    multicasts_ += packet.group != 0 ? 1 : 0;
    meter_.sent(packet);
    networks_[way]->send(packet);
  } while (bytes != 0);
  flits_ += static_cast<std::uint64_t>(flits);
  return packets;
}

void PacketInterconnect::start(Flight& flight, Way way) {
  const tlm::Payload& payload = *flight.payload;
  const bool request = way == requests;
  const bool carries_data =
      request ? payload.is_write() : payload.is_read() && payload.is_response_ok();
  Packet packet;
  const std::uint32_t initiator_node = initiator_nodes_[flight.source];
  const std::uint32_t target_node = target_nodes_[flight.target];
  packet.source = request ? initiator_node : target_node;
  packet.destination = request ? target_node : initiator_node;
  packet.token = reinterpret_cast<std::uintptr_t>(&flight);
  Cycle flits = 0;
  flight.parts =
      send(packet, way, carries_data ? payload.get_data_length() : 0, params_.packet_bytes, flits);
  *beats_[flight.target][way] += static_cast<std::uint64_t>(flits) * timing_.interval;
  ++transfers_;

  const Cycle free = now_ + flits * timing_.interval;
  (request ? request_free_[flight.source] : response_free_[flight.target]) = free;
  if (request || flight.end_expected) {
    endings_.push_back({free - timing_.interval, &flight, way, false});
  }
}

/// One packet for all targets, as long as any buffer is deep at most; each target has its copy once its node has all of them.
void PacketInterconnect::start_multicast(Flight& flight) {
  Packet packet;
  packet.source = initiator_nodes_[flight.source];
  std::vector<std::uint32_t> nodes;
  for (const Flight* copy : flight.copies) {
    nodes.push_back(target_nodes_[copy->target]);
  }
  packet.destination = nodes.front();
  packet.group = networks_[requests]->add_group(nodes);
  packet.token = reinterpret_cast<std::uintptr_t>(&flight);
  const std::uint64_t room = std::uint64_t{params_.width} * (params_.buffer_depth - 1);
  Cycle flits = 0;
  const std::uint64_t packets = send(packet, requests, flight.payload->get_data_length(),
                                     std::min<std::uint64_t>(room, params_.packet_bytes), flits);
  for (Flight* copy : flight.copies) {
    copy->parts = packets;
    *beats_[copy->target][requests] += static_cast<std::uint64_t>(flits) * timing_.interval;
    ++transfers_;
  }
  request_free_[flight.source] = now_ + flits * timing_.interval;
  endings_.push_back({request_free_[flight.source] - timing_.interval, &flight, requests, false});
}

void PacketInterconnect::serve_endings() {
  std::vector<Ending> due;
  const auto first_due =
      std::stable_partition(endings_.begin(), endings_.end(),
                            [this](const Ending& ending) { return ending.cycle > now_; });
  due.assign(first_due, endings_.end());
  endings_.erase(first_due, endings_.end());
  for (const Ending& ending : due) {
    if (ending.way == responses) {
      end_response(*ending.flight);
    } else {
      end_request(*ending.flight);
      if (ending.refused) {
        deliver_response(*ending.flight);
      }
    }
  }
}

void PacketInterconnect::arrived(const Packet& packet, Cycle tail, Way way) {
  meter_.delivered(packet, tail);
  last_tail_ = std::max(last_tail_, tail);
  if ((packet.token & 1) != 0) {
    if (injected_delivered_) {
      Packet injected = packet;
      injected.token >>= 1;
      injected_delivered_(injected, tail);
    }
    surroundings().watchdog.progress();
    if (--injected_ == 0) {
      surroundings().watchdog.end_work();
    }
    return;
  }
  // The networks know nothing of flights: to them the token is a number.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  Flight& flight = *reinterpret_cast<Flight*>(static_cast<std::uintptr_t>(packet.token));
  if (packet.group != 0) {
    arrived_copies(flight, packet.destination);
    return;
  }
  if (--flight.parts != 0) {
    return;
  }
  --transfers_;
  if (way == requests) {
    deliver_request(flight);
  } else {
    deliver_response(flight);
  }
}

/// A multicast packet has come to a node, for the targets that stand there.
void PacketInterconnect::arrived_copies(const Flight& whole, std::uint32_t node) {
  // A copy is over only after its response's way: none ends in here.
  for (Flight* copy : whole.copies) {
    if (target_nodes_[copy->target] == node && --copy->parts == 0) {
      --transfers_;
      deliver_request(*copy);
    }
  }
}

}  // namespace lacuna::noc
