// SPDX-License-Identifier: Apache-2.0
#include "noc/mapped_interconnect.h"

#include <algorithm>

#include <fmt/format.h>

#include "tlm/watchdog.h"

namespace lacuna::noc {

namespace {

constexpr std::size_t unmapped_kept = 16;

}  // namespace

MappedInterconnect::MappedInterconnect(const sc_core::sc_module_name& name,
                                       tlm::Surroundings& surroundings)
    : Interconnect(name),
      target("target"),
      initiator("initiator"),
      surroundings_(surroundings),
      address_errors_(surroundings.statistics.add(std::string(this->name()) + ".address_errors",
                                                  Measure::count, "accesses that led nowhere")) {
  offer_target("target", target);
  target.register_nb_transport_fw(this, &MappedInterconnect::nb_transport_fw);
  target.register_b_transport(this, &MappedInterconnect::b_transport);
  target.register_transport_dbg(this, &MappedInterconnect::transport_dbg);
  target.register_get_direct_mem_ptr(this, &MappedInterconnect::get_direct_mem_ptr);
  initiator.register_nb_transport_bw(this, &MappedInterconnect::nb_transport_bw);
  initiator.register_invalidate_direct_mem_ptr(this,
                                               &MappedInterconnect::invalidate_direct_mem_ptr);
}

Error MappedInterconnect::parameter_error(const std::vector<std::string>& keys,
                                          const std::string& text) const {
  std::string path = name();
  const Node* node = &written_;
  Place place = node->place;
  for (const std::string& key : keys) {
    path += "." + key;
    node = node == nullptr ? nullptr : node->find(key);
    place = node == nullptr ? place : node->place;
  }
  return input_error(place, path, text);
}

EnergyEvent* MappedInterconnect::add_energy(const std::string& event, const std::string& entry) {
  const Technology& technology = surroundings_.technology;
  if (!technology.has(entry)) {
    return nullptr;
  }
  EnergyEvent& added =
      surroundings_.energy.add(std::string(name()) + "." + event, "noc",
                               technology.entry(entry).energy, EnergyBoundary::full);
  energy_.emplace_back(event, &added);
  return &added;
}

void MappedInterconnect::summarise_energy(Summary& summary) const {
  if (energy_.empty()) {
    return;
  }
  Summary& part = summary.part("energy_pj");
  double total = 0;
  for (const auto& [name, event] : energy_) {
    part.add(name, event->total().value());
    total += event->total().value();
  }
  part.add("total", total);
}

void MappedInterconnect::map(const tlm::Region& region, tlm::TargetBase& target_socket) {
  map_.add(region);
  const auto known = std::find(bound_.begin(), bound_.end(), &target_socket);
  port_of_region_.push_back(static_cast<std::size_t>(known - bound_.begin()));
  if (known != bound_.end()) {
    return;
  }
  bound_.push_back(&target_socket);
  target_names_.push_back(region.target);
  initiator.bind(target_socket);

  const std::string path = std::string(name()) + ".to." + region.target;
  traffic_.emplace_back(surroundings_.statistics, path);
  add_target_counters(path);
}

void MappedInterconnect::end_of_elaboration() {
  for (std::size_t port = 0; port < bound_.size(); ++port) {
    tlm::RequestSender::Listener listener;
    listener.accepted = [this](tlm::Payload& payload, const sc_core::sc_time& when) {
      accepted(flight_of(payload), when);
    };
    listener.responded = [this](tlm::Payload& payload, const sc_core::sc_time& when,
                                bool end_expected) {
      Flight& flight = flight_of(payload);
      flight.end_expected = end_expected;
      payload.set_address(flight.address);
      response(flight, when);
    };
    requests_.push_back(std::make_unique<tlm::RequestSender>(
        [this, port](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return initiator[static_cast<int>(port)]->nb_transport_fw(payload, phase, delay);
        },
        std::move(listener)));
  }
  for (std::size_t port = 0; port < target.size(); ++port) {
    responses_.push_back(std::make_unique<tlm::ResponseSender>(
        [this, port](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return target[static_cast<int>(port)]->nb_transport_bw(payload, phase, delay);
        },
        [this](tlm::Payload& payload, const sc_core::sc_time& when) { finish(payload, when); }));
  }
}

::tlm::tlm_sync_enum MappedInterconnect::nb_transport_fw(int port, tlm::Payload& payload,
                                                         ::tlm::tlm_phase& phase,
                                                         sc_core::sc_time& delay) {
  if (phase == ::tlm::BEGIN_REQ) {
    begin(static_cast<std::size_t>(port), payload, sc_core::sc_time_stamp() + delay);
    return ::tlm::TLM_ACCEPTED;
  }
  if (phase == ::tlm::END_RESP) {
    responses_[static_cast<std::size_t>(port)]->end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  return ::tlm::TLM_ACCEPTED;
}

::tlm::tlm_sync_enum MappedInterconnect::nb_transport_bw(int port, tlm::Payload& payload,
                                                         ::tlm::tlm_phase& phase,
                                                         sc_core::sc_time& delay) {
  return requests_[static_cast<std::size_t>(port)]->backward(payload, phase, delay);
}

MappedInterconnect::Flight& MappedInterconnect::add_flight(tlm::Payload& payload,
                                                           std::size_t source) {
  if (spare_flights_.empty()) {
    spare_flights_.push_back(std::make_unique<Flight>());
  }
  flights_.push_back(std::move(spare_flights_.back()));
  spare_flights_.pop_back();
  Flight& flight = *flights_.back();
  flight = Flight{};
  flight.payload = &payload;
  flight.source = source;
  flight.target = nobody;
  flight.address = payload.get_address();
  return flight;
}

void MappedInterconnect::remove_flight(Flight& flight) {
  const auto entry = std::find_if(flights_.begin(), flights_.end(),
                                  [&](const auto& other) { return other.get() == &flight; });
  tlm::Payload& payload = *flight.payload;
  spare_flights_.push_back(std::move(*entry));
  *entry = std::move(flights_.back());
  flights_.pop_back();
  payload.release();
}

void MappedInterconnect::begin(std::size_t source, tlm::Payload& payload,
                               const sc_core::sc_time& when) {
  payload.acquire();
  Flight& flight = add_flight(payload, source);
  const std::size_t region = region_of(payload);
  if (region == tlm::AddressMap::npos) {
    refuse(payload, ::tlm::TLM_ADDRESS_ERROR_RESPONSE, "no region holds it");
  } else if (is_window(region)) {
    begin_multicast(flight, region);
  } else {
    flight.target = port_of_region_[region];
  }
  request(flight, when);
}

MappedInterconnect::Flight& MappedInterconnect::flight_of(const tlm::Payload& payload) {
  for (const auto& flight : flights_) {
    if (flight->payload == &payload) {
      return *flight;
    }
  }
  throw model_error(std::string(name()) + ": a response to no request");
}

void MappedInterconnect::finish(tlm::Payload& payload, const sc_core::sc_time& when) {
  Flight& flight = flight_of(payload);
  if (flight.target != nobody) {
    traffic_[flight.target].add(payload);
  }
  surroundings_.watchdog.progress();
  finished(flight, when);
  remove_flight(flight);
}

void MappedInterconnect::end_request(Flight& flight) {
  ::tlm::tlm_phase phase = ::tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  target[static_cast<int>(flight.source)]->nb_transport_bw(*flight.payload, phase, delay);
}

void MappedInterconnect::deliver_request(Flight& flight) {
  flight.payload->set_address(flight.address - map_[map_.find(flight.address)].base);
  requests_[flight.target]->send(*flight.payload);
}

void MappedInterconnect::end_response(Flight& flight) {
  requests_[flight.target]->end_response(*flight.payload);
}

void MappedInterconnect::deliver_response(Flight& flight) {
  if (flight.whole == nullptr) {
    responses_[flight.source]->send(*flight.payload);
    return;
  }
  Flight& whole = *flight.whole;
  if (take_in(flight)) {
    responses_[whole.source]->send(*whole.payload);
  }
}

std::size_t MappedInterconnect::region_of(const tlm::Payload& payload) const {
  const std::size_t region = map_.find(payload.get_address());
  if (region == tlm::AddressMap::npos ||
      !map_[region].contains(payload.get_address(), payload.get_data_length())) {
    return tlm::AddressMap::npos;
  }
  return region;
}

void MappedInterconnect::refuse(tlm::Payload& payload, ::tlm::tlm_response_status status,
                                const std::string& why) {
  payload.set_response_status(status);
  if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
    info->refusal = why;
  }
  ++address_errors_;
  if (unmapped_.size() < unmapped_kept) {
    unmapped_.push_back({tlm::requester_of(payload), payload.get_address(),
                         payload.get_data_length(), payload.is_write(), why});
  }
}

void MappedInterconnect::b_transport(int, tlm::Payload& payload, sc_core::sc_time& delay) {
  const std::size_t region = region_of(payload);
  if (region == tlm::AddressMap::npos) {
    refuse(payload, ::tlm::TLM_ADDRESS_ERROR_RESPONSE, "no region holds it");
    return;
  }
  if (is_window(region)) {
    multicast_blocking(region, payload, delay);
    return;
  }
  const std::uint64_t address = payload.get_address();
  payload.set_address(address - map_[region].base);
  initiator[port_of(region)]->b_transport(payload, delay);
  payload.set_address(address);
  traffic_[port_of_region_[region]].add(payload);
}

unsigned MappedInterconnect::transport_dbg(int, tlm::Payload& payload) {
  const std::uint64_t address = payload.get_address();
  const std::size_t region = map_.find(address);
  if (region == tlm::AddressMap::npos) {
    return 0;
  }
  if (is_window(region)) {
    return multicast_debug(region, payload);
  }
  const unsigned length = payload.get_data_length();
  const std::uint64_t left = map_[region].last() - address;  // beside the first byte
  if (length != 0 && length - 1 > left) {
    payload.set_data_length(static_cast<unsigned>(left + 1));
  }
  payload.set_address(address - map_[region].base);
  const unsigned done = initiator[port_of(region)]->transport_dbg(payload);
  payload.set_address(address);
  payload.set_data_length(length);
  return done;
}

bool MappedInterconnect::get_direct_mem_ptr(int, tlm::Payload& payload, ::tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  const std::size_t index = map_.find(address);
  if (index == tlm::AddressMap::npos || is_window(index)) {
    return false;
  }
  const tlm::Region& region = map_[index];
  payload.set_address(address - region.base);
  const bool granted = initiator[port_of(index)]->get_direct_mem_ptr(payload, dmi);
  payload.set_address(address);
  if (granted) {
    dmi.set_end_address(std::min<std::uint64_t>(dmi.get_end_address(), region.size - 1) +
                        region.base);
    dmi.set_start_address(dmi.get_start_address() + region.base);
  }
  return granted;
}

void MappedInterconnect::invalidate_direct_mem_ptr(int port, sc_dt::uint64 start,
                                                   sc_dt::uint64 end) {
  for (std::size_t index = 0; index < map_.regions().size(); ++index) {
    const tlm::Region& region = map_[index];
    if (is_window(index) || port_of(index) != port || start >= region.size) {
      continue;
    }
    for (unsigned source = 0; source < target.size(); ++source) {
      target[static_cast<int>(source)]->invalidate_direct_mem_ptr(
          region.base + start, region.base + std::min<std::uint64_t>(end, region.size - 1));
    }
  }
}

std::string MappedInterconnect::waiting_for() const {
  std::string result;
  const auto add = [&](const std::string& text) { result += (result.empty() ? "" : "; ") + text; };
  for (std::size_t port = 0; port < requests_.size(); ++port) {
    if (const tlm::Payload* payload = requests_[port]->blocked()) {
      add(fmt::format("{} to accept the request of {}", target_names_[port],
                      tlm::requester_of(*payload)));
    }
  }
  for (const auto& responses : responses_) {
    if (const tlm::Payload* payload = responses->blocked()) {
      add(fmt::format("{} to take the response for address {:#x}", tlm::requester_of(*payload),
                      payload->get_address()));
    }
  }
  // What the targets have and do not answer.
  for (const auto& flight : flights_) {
    if (result.empty() && flight->target != nobody && at_target(*flight)) {
      add(fmt::format("{} to answer {}", target_names_[flight->target],
                      tlm::requester_of(*flight->payload)));
    }
  }
  return result;
}

void document_interconnect(tlm::ModuleType& type) {
  type.make = [make = type.make](const std::string& module, const Node& node,
                                 tlm::Surroundings& surroundings, Diagnostics& diagnostics) {
    auto made = make(module, node, surroundings, diagnostics);
    if (made != nullptr) {
      static_cast<MappedInterconnect&>(*made).set_written(node);
    }
    return made;
  };
  type.ports = {{"target", "target", "any number of initiators"},
                {"initiator", "initiator", "bound by the memory map, once for every target"}};
  type.counters = {
      {"address_errors", Measure::count, "accesses that led nowhere"},
      {"to.<target>.reads", Measure::count, "read transactions"},
      {"to.<target>.writes", Measure::count, "write transactions"},
      {"to.<target>.read_bytes", Measure::bytes, "bytes asked for and read"},
      {"to.<target>.write_bytes", Measure::bytes, "enabled bytes written"},
      {"to.<target>.errors", Measure::count, "transactions that ended with an error response"}};
}

}  // namespace lacuna::noc
