// SPDX-License-Identifier: Apache-2.0
#include "noc/packet_interconnect.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tlm/watchdog.h"

namespace lacuna::noc {

namespace {

std::string module_of(const std::string& port) {
  return port.substr(0, port.find('.'));
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
      multicasts_(surroundings.statistics.add(std::string(this->name()) + ".multicasts",
                                              Measure::count,
                                              "packets sent to several destinations")),
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
  buffer_energy_ = add_energy("buffer", "noc.buffer_per_bit");
  switch_energy_ = add_energy("switch", "noc.switch_per_bit");
  link_energy_ = add_energy("link", "noc.link_per_bit");
  add_multicast_windows(params.multicast);
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
  try {
    find_window_targets(params_.multicast);
  } catch (const Error& error) {
    surroundings().watchdog.fail(error);
  }
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
      next = next + 1 == topology_.nodes() ? 0 : next + 1;
    }
    taken.insert(next);
    nodes[module] = next;
    const std::uint32_t node = next;
    next = next + 1 == topology_.nodes() ? 0 : next + 1;
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
      surroundings().watchdog.fail(parameter_error(
          {"placement", module}, fmt::format("'{}' is not connected to '{}'{}", module, name(),
                                             suggestion(module, {known.begin(), known.end()}))));
    }
  }
}

Bandwidth PacketInterconnect::link_bandwidth() const {
  return Bandwidth(params_.width * 1e12 / static_cast<double>(period_ps_));
}

std::string PacketInterconnect::waiting_for() const {
  const std::string text = MappedInterconnect::waiting_for();
  return text.empty() && moving() != 0 ? fmt::format("{} packets to arrive", moving()) : text;
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
  const Cycle cycles = (moving() == 0 ? last_tail_ : now_) + 1;
  meter_.summarise(summary, topology_.nodes(), cycles);
  summarise_energy(summary);
  Summary::Table links;
  links.columns = {"network", "from", "to", "flits", "utilisation"};
  for (const Way way : {requests, responses}) {
    for (const LinkUse& link : networks_[way]->link_use()) {
      links.rows.push_back(
          {static_cast<double>(way), static_cast<double>(link.from), static_cast<double>(link.to),
           static_cast<double>(link.flits),
           static_cast<double>(link.flits) * timing_.interval / static_cast<double>(cycles)});
    }
  }
  summary.add("links", links);
}

void document_network(tlm::ModuleType& type) {
  document_interconnect(type);
  type.ports.push_back({"network", "interface", "for modules that send packets directly"});
  type.counters.push_back({"packets", Measure::count, "packets sent, requests and responses"});
  type.counters.push_back({"multicasts", Measure::count, "packets sent to several destinations"});
  type.counters.push_back({"flits", Measure::count, "flits sent, headers included"});
  type.counters.push_back(
      {"link_flits", Measure::count, "flits that passed a link between routers"});
  type.counters.push_back({"to.<target>.request_beats", Measure::cycles,
                           "cycles that requests took on the link to its node's interface"});
  type.counters.push_back({"to.<target>.response_beats", Measure::cycles,
                           "cycles that responses took on the link from it"});
}

}  // namespace lacuna::noc
