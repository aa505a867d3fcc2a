// SPDX-License-Identifier: Apache-2.0
#include "noc/packet_interconnect.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::noc {

namespace {

std::string module_of(const std::string& port) {
  return port.substr(0, port.find('.'));
}

EnergyEvent* energy_event(tlm::Surroundings& surroundings, const std::string& module,
                          const std::string& name, const std::string& entry) {
  if (!surroundings.technology.has(entry)) {
    return nullptr;
  }
  return &surroundings.energy.add(module + "." + name, "noc",
                                  surroundings.technology.entry(entry).energy,
                                  EnergyBoundary::full);
}

}  // namespace

PacketInterconnect::PacketInterconnect(const sc_core::sc_module_name& name,
                                       const NetworkParams& params, const Topology& topology,
                                       std::uint32_t columns, tlm::Surroundings& surroundings)
    : MappedInterconnect(name, surroundings),
      params_(params),
      topology_(topology),
      timing_(params.delays.over(timing_of(params.timing))),
      columns_(columns),
      period_ps_(params.clock.value_or(surroundings.clock).period().value()),
      packets_(surroundings.statistics.add(std::string(this->name()) + ".packets", Measure::count,
                                           "packets sent, requests and responses")),
      flits_(surroundings.statistics.add(std::string(this->name()) + ".flits", Measure::count,
                                         "flits sent, headers included")),
      link_flits_(surroundings.statistics.add(std::string(this->name()) + ".link_flits",
                                              Measure::count,
                                              "flits that passed a link between routers")) {
  for (const Way way : {requests, responses}) {
    networks_[way] = make_network(params.model, topology_,
                                  {params.virtual_channels, params.buffer_depth}, timing_);
    networks_[way]->on_delivery(
        [this, way](const Packet& packet, Cycle tail) { arrived(packet, tail, way); });
  }
  const std::string module = this->name();
  buffer_energy_ = energy_event(surroundings, module, "buffer", "noc.buffer_per_bit");
  switch_energy_ = energy_event(surroundings, module, "switch", "noc.switch_per_bit");
  link_energy_ = energy_event(surroundings, module, "link", "noc.link_per_bit");
  make_target_optional("target");  // synthetic traffic needs none
  offer_interface<PacketPort>("network", *this);

  SC_HAS_PROCESS(PacketInterconnect);
  SC_METHOD(work);
  sensitive << wake_;
  dont_initialize();
}

void PacketInterconnect::connected(const std::string& port, const std::string& other) {
  if (port == "target") {
    initiator_names_.push_back(module_of(other));
  }
}

void PacketInterconnect::map(const tlm::Region& region, tlm::TargetBase& target_socket) {
  const std::size_t before = targets();
  MappedInterconnect::map(region, target_socket);
  if (targets() != before) {
    target_modules_.push_back(module_of(region.target));
  }
}

void PacketInterconnect::add_target_counters(const std::string& path) {
  Statistics& statistics = surroundings().statistics;
  beats_.push_back(
      {&statistics.add(path + ".request_beats", Measure::cycles,
                       "cycles that requests took on the link to its node's interface"),
       &statistics.add(path + ".response_beats", Measure::cycles,
                       "cycles that responses took on the link from it")});
}

void PacketInterconnect::end_of_elaboration() {
  MappedInterconnect::end_of_elaboration();
  place_modules();
  under_way_.resize(sources() * targets());
  request_free_.resize(sources());
  response_free_.resize(targets());
}

void PacketInterconnect::place_modules() {
  std::map<std::string, std::uint32_t> nodes = params_.placement;
  std::set<std::uint32_t> taken;
  for (const auto& [module, node] : nodes) {
    taken.insert(node);
  }
  std::set<std::string> known;
  std::uint32_t next = 0;
  const auto place = [&](const std::string& module) {
    known.insert(module);
    const auto given = nodes.find(module);
    if (given != nodes.end()) {
      return given->second;
    }
    // More modules than nodes share them.
    for (std::uint32_t tried = 0; tried < topology_.nodes() && taken.count(next) != 0; ++tried) {
      next = (next + 1) % topology_.nodes();
    }
    taken.insert(next);
    nodes[module] = next;
    const std::uint32_t node = next;
    next = (next + 1) % topology_.nodes();
    return node;
  };
  for (std::size_t port = 0; port < sources(); ++port) {
    initiator_nodes_.push_back(place(port < initiator_names_.size()
                                         ? initiator_names_[port]
                                         : fmt::format("initiator {}", port)));
  }
  for (const std::string& module : target_modules_) {
    target_nodes_.push_back(place(module));
  }
  for (const auto& [module, node] : params_.placement) {
    if (known.count(module) == 0) {
      surroundings().watchdog.fail(
          input_error({}, std::string(name()) + ".placement",
                      fmt::format("'{}' is not connected to '{}'{}", module, name(),
                                  suggestion(module, {known.begin(), known.end()}))));
    }
  }
}

Cycle PacketInterconnect::cycle_of(const sc_core::sc_time& time) const {
  return tlm::to_time(time).value() / period_ps_;
}

void PacketInterconnect::claim(Flight& flight, Cycle seen, Way way) {
  claims_.push_back({&flight, seen, way});
  wake_at(seen);
}

void PacketInterconnect::request(Flight& flight, const sc_core::sc_time& when) {
  const Cycle seen = cycle_of(when) + 1;
  if (flight.target == nobody) {
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
  if (injected_++ == 0) {
    surroundings().watchdog.begin_work();
  }
  meter_.sent(injected);
  ++packets_;
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
  if (next != never) {
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
    Cycle& free = request ? request_free_[flight.source] : response_free_[flight.target];
    const bool room = !request || under_way(flight) < params_.queue_depth;
    if (claim.seen > now_ || free > now_ || !room) {
      waiting.push_back(claim);
      continue;
    }
    if (request) {
      ++under_way(flight);
    }
    start(flight, claim.way);
  }
  claims_.swap(waiting);
}

void PacketInterconnect::start(Flight& flight, Way way) {
  const tlm::Payload& payload = *flight.payload;
  const bool request = way == requests;
  const bool carries_data =
      request ? payload.is_write() : payload.is_read() && payload.is_response_ok();
  std::uint64_t left = carries_data ? payload.get_data_length() : 0;
  Packet packet;
  const std::uint32_t initiator_node = initiator_nodes_[flight.source];
  const std::uint32_t target_node = target_nodes_[flight.target];
  packet.source = request ? initiator_node : target_node;
  packet.destination = request ? target_node : initiator_node;
  packet.created = now_;
  packet.token = reinterpret_cast<std::uintptr_t>(&flight);
  Cycle flits = 0;
  do {
    const std::uint64_t bytes = std::min<std::uint64_t>(left, params_.packet_bytes);
    packet.flits = static_cast<std::uint32_t>(1 + (bytes + params_.width - 1) / params_.width);
    left -= bytes;
    flits += packet.flits;
    ++flight.parts;
    ++packets_;
    meter_.sent(packet);
    networks_[way]->send(packet);
  } while (left != 0);
  flits_ += static_cast<std::uint64_t>(flits);
  *beats_[flight.target][way] += static_cast<std::uint64_t>(flits) * timing_.interval;
  ++transfers_;

  const Cycle free = now_ + flits * timing_.interval;
  (request ? request_free_[flight.source] : response_free_[flight.target]) = free;
  if (request || flight.end_expected) {
    endings_.push_back({free - timing_.interval, &flight, way, false});
  }
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
  Flight& flight = *reinterpret_cast<Flight*>(static_cast<std::uintptr_t>(packet.token));
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

std::string PacketInterconnect::waiting_for() const {
  const std::string text = MappedInterconnect::waiting_for();
  const std::uint64_t moving = networks_[requests]->in_flight() + networks_[responses]->in_flight();
  return text.empty() && moving != 0 ? fmt::format("{} packets to arrive", moving) : text;
}

void PacketInterconnect::settle() {
  std::uint64_t switched = 0;
  std::uint64_t on_links = 0;
  for (const auto& network : networks_) {
    for (const LinkUse& link : network->link_use()) {
      switched += link.flits;
      on_links += link.from != link.to ? link.flits : 0;
    }
  }
  link_flits_ += on_links - link_flits_.value();
  const std::uint64_t bits = 8 * std::uint64_t{params_.width};
  const auto set = [bits](EnergyEvent* event, std::uint64_t flits) {
    if (event != nullptr) {
      event->count = flits * bits;
    }
  };
  set(buffer_energy_, switched);
  set(switch_energy_, switched);
  set(link_energy_, on_links);
}

void PacketInterconnect::summarise(Summary& summary) const {
  meter_.summarise(summary, topology_.nodes(), now_ + 1);
  Summary::Table links;
  links.columns = {"network", "from", "to", "flits", "utilisation"};
  for (const Way way : {requests, responses}) {
    for (const LinkUse& link : networks_[way]->link_use()) {
      links.rows.push_back(
          {static_cast<double>(way), static_cast<double>(link.from), static_cast<double>(link.to),
           static_cast<double>(link.flits),
           static_cast<double>(link.flits) * timing_.interval / static_cast<double>(now_ + 1)});
    }
  }
  summary.add("links", std::move(links));
}

void document_network(tlm::ModuleType& type) {
  document_interconnect(type);
  type.ports.push_back({"network", "interface", "for modules that send packets directly"});
  type.counters.push_back({"packets", Measure::count, "packets sent, requests and responses"});
  type.counters.push_back({"flits", Measure::count, "flits sent, headers included"});
  type.counters.push_back(
      {"link_flits", Measure::count, "flits that passed a link between routers"});
  type.counters.push_back({"to.<target>.request_beats", Measure::cycles,
                           "cycles that requests took on the link to its node's interface"});
  type.counters.push_back({"to.<target>.response_beats", Measure::cycles,
                           "cycles that responses took on the link from it"});
}

}  // namespace lacuna::noc
