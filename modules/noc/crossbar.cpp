// SPDX-License-Identifier: Apache-2.0
#include "noc/crossbar.h"

#include <algorithm>

#include <fmt/format.h>

#include "tlm/time.h"

namespace lacuna::noc {

namespace {

constexpr std::size_t unmapped_kept = 16;
constexpr const char* energy_entry = "noc.crossbar_per_bit";

}  // namespace

Crossbar::Crossbar(const sc_core::sc_module_name& name, const CrossbarParams& params,
                   tlm::Surroundings& surroundings)
    : Interconnect(name),
      target("target"),
      initiator("initiator"),
      params_(params),
      ideal_(params.model == CrossbarModel::ideal),
      period_ps_(ideal_ ? 1 : params.clock.value_or(surroundings.clock).period().value()),
      surroundings_(surroundings),
      wait_cycles_(surroundings.statistics.add(
          std::string(this->name()) + ".wait_cycles", Measure::cycles,
          "sum over requests and responses that waited for their link")),
      address_errors_(surroundings.statistics.add(std::string(this->name()) + ".address_errors",
                                                  Measure::count, "accesses that led nowhere")) {
  if (surroundings.technology.has(energy_entry)) {
    energy_ = &surroundings.energy.add(std::string(this->name()) + ".transfer", "noc",
                                       surroundings.technology.entry(energy_entry).energy,
                                       EnergyBoundary::full);
  }
  offer_target("target", target);
  target.register_nb_transport_fw(this, &Crossbar::nb_transport_fw);
  target.register_b_transport(this, &Crossbar::b_transport);
  target.register_transport_dbg(this, &Crossbar::transport_dbg);
  target.register_get_direct_mem_ptr(this, &Crossbar::get_direct_mem_ptr);
  initiator.register_nb_transport_bw(this, &Crossbar::nb_transport_bw);
  initiator.register_invalidate_direct_mem_ptr(this, &Crossbar::invalidate_direct_mem_ptr);

  SC_HAS_PROCESS(Crossbar);
  SC_METHOD(work);
  sensitive << wake_;
  dont_initialize();
}

void Crossbar::map(const tlm::Region& region, tlm::TargetBase& target_socket) {
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
  Statistics& statistics = surroundings_.statistics;
  counters_.push_back({tlm::TrafficCounters(statistics, path),
                       statistics.add(path + ".request_beats", Measure::cycles,
                                      "cycles in which the request link was in use"),
                       statistics.add(path + ".response_beats", Measure::cycles,
                                      "cycles in which the response link was in use")});
}

void Crossbar::end_of_elaboration() {
  request_links_.resize(bound_.size());
  target_response_free_.resize(bound_.size());
  for (std::size_t port = 0; port < bound_.size(); ++port) {
    tlm::RequestSender::Listener listener;
    listener.accepted = [this, port](tlm::Payload&, const sc_core::sc_time& when) {
      free_slot(request_links_[port], seen_after(when), Step::arbitrate_requests, port);
    };
    listener.responded = [this](tlm::Payload& payload, const sc_core::sc_time& when,
                                bool end_expected) {
      Flight& flight = flight_of(payload);
      flight.end_expected = end_expected;
      response(flight, when);
    };
    requests_.push_back(std::make_unique<tlm::RequestSender>(
        [this, port](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return initiator[static_cast<int>(port)]->nb_transport_fw(payload, phase, delay);
        },
        std::move(listener)));
  }
  response_links_.resize(target.size());
  for (std::size_t port = 0; port < response_links_.size(); ++port) {
    responses_.push_back(std::make_unique<tlm::ResponseSender>(
        [this, port](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return target[static_cast<int>(port)]->nb_transport_bw(payload, phase, delay);
        },
        [this](tlm::Payload& payload, const sc_core::sc_time& when) { finish(payload, when); }));
  }
}

::tlm::tlm_sync_enum Crossbar::nb_transport_fw(int port, tlm::Payload& payload,
                                               ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == ::tlm::BEGIN_REQ) {
    request(static_cast<std::size_t>(port), payload, sc_core::sc_time_stamp() + delay);
    return ::tlm::TLM_ACCEPTED;
  }
  if (phase == ::tlm::END_RESP) {
    responses_[static_cast<std::size_t>(port)]->end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  return ::tlm::TLM_ACCEPTED;
}

::tlm::tlm_sync_enum Crossbar::nb_transport_bw(int port, tlm::Payload& payload,
                                               ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  return requests_[static_cast<std::size_t>(port)]->backward(payload, phase, delay);
}

std::size_t Crossbar::region_of(const tlm::Payload& payload) const {
  const std::size_t region = map_.find(payload.get_address());
  if (region == tlm::AddressMap::npos ||
      !map_[region].contains(payload.get_address(), payload.get_data_length())) {
    return tlm::AddressMap::npos;
  }
  return region;
}

void Crossbar::refuse(tlm::Payload& payload) {
  payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  ++address_errors_;
  if (unmapped_.size() < unmapped_kept) {
    unmapped_.push_back({tlm::requester_of(payload), payload.get_address(),
                         payload.get_data_length(), payload.is_write()});
  }
}

void Crossbar::b_transport(int, tlm::Payload& payload, sc_core::sc_time& delay) {
  const std::size_t region = region_of(payload);
  if (region == tlm::AddressMap::npos) {
    refuse(payload);
    return;
  }
  const std::uint64_t address = payload.get_address();
  payload.set_address(address - map_[region].base);
  initiator[port_of(region)]->b_transport(payload, delay);
  payload.set_address(address);
  counters_[port_of_region_[region]].traffic.add(payload);
}

unsigned Crossbar::transport_dbg(int, tlm::Payload& payload) {
  const std::uint64_t address = payload.get_address();
  const std::size_t region = map_.find(address);
  if (region == tlm::AddressMap::npos) {
    return 0;
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

bool Crossbar::get_direct_mem_ptr(int, tlm::Payload& payload, ::tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  const std::size_t index = map_.find(address);
  if (index == tlm::AddressMap::npos) {
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

void Crossbar::invalidate_direct_mem_ptr(int port, sc_dt::uint64 start, sc_dt::uint64 end) {
  for (std::size_t index = 0; index < map_.regions().size(); ++index) {
    const tlm::Region& region = map_[index];
    if (port_of(index) != port || start >= region.size) {
      continue;
    }
    for (unsigned source = 0; source < target.size(); ++source) {
      target[static_cast<int>(source)]->invalidate_direct_mem_ptr(
          region.base + start, region.base + std::min<std::uint64_t>(end, region.size - 1));
    }
  }
}

std::string Crossbar::waiting_for() const {
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
    const auto claimed = [&](const Link& link) {
      return std::any_of(link.claims.begin(), link.claims.end(),
                         [&](const Claim& claim) { return claim.flight == flight.get(); });
    };
    if (result.empty() && flight->target != nobody && !claimed(request_links_[flight->target]) &&
        !claimed(response_links_[flight->source])) {
      add(fmt::format("{} to answer {}", target_names_[flight->target],
                      tlm::requester_of(*flight->payload)));
    }
  }
  return result;
}

tlm::ModuleType crossbar_type() {
  tlm::ModuleType type = tlm::module_type<CrossbarParams, Crossbar>(
      "crossbar", "full crossbar: a link to every target and back to every initiator");
  type.ports = {{"target", "target", "any number of initiators"},
                {"initiator", "initiator", "bound by the memory map, once for every target"}};
  type.counters = {
      {"wait_cycles", Measure::cycles,
       "sum over requests and responses that waited for their link"},
      {"address_errors", Measure::count, "accesses that led nowhere"},
      {"to.<target>.reads", Measure::count, "read transactions"},
      {"to.<target>.writes", Measure::count, "write transactions"},
      {"to.<target>.read_bytes", Measure::bytes, "bytes asked for and read"},
      {"to.<target>.write_bytes", Measure::bytes, "enabled bytes written"},
      {"to.<target>.errors", Measure::count, "transactions that ended with an error response"},
      {"to.<target>.request_beats", Measure::cycles, "cycles in which the request link was in use"},
      {"to.<target>.response_beats", Measure::cycles,
       "cycles in which the response link was in use"}};
  return type;
}

}  // namespace lacuna::noc
