// SPDX-License-Identifier: Apache-2.0
#include "noc/crossbar.h"

#include <algorithm>

namespace lacuna::noc {

namespace {

constexpr const char* energy_entry = "noc.crossbar_per_bit";

}  // namespace

Crossbar::Crossbar(const sc_core::sc_module_name& name, const CrossbarParams& params,
                   tlm::Surroundings& surroundings)
    : ClockedInterconnect(name, params.clock,
                          params.model == CrossbarModel::ideal ? 0 : params.width, surroundings),
      params_(params),
      ideal_(params.model == CrossbarModel::ideal),
      wait_cycles_(surroundings.statistics.add(
          std::string(this->name()) + ".wait_cycles", Measure::cycles,
          "sum over requests and responses that waited for their link")) {
  energy_ = add_energy("transfer", energy_entry);
}

void Crossbar::add_target_counters(const std::string& path) {
  Statistics& statistics = surroundings().statistics;
  counters_.push_back({statistics.add(path + ".request_beats", Measure::cycles,
                                      "cycles in which the request link was in use"),
                       statistics.add(path + ".response_beats", Measure::cycles,
                                      "cycles in which the response link was in use")});
}

void Crossbar::end_of_elaboration() {
  MappedInterconnect::end_of_elaboration();
  request_links_.resize(targets());
  target_response_free_.resize(targets());
  response_links_.resize(sources());
}

void Crossbar::summarise(Summary& summary) const {
  summarise_energy(summary);
}

bool Crossbar::at_target(const Flight& flight) const {
  const auto claimed = [&](const Link& link) {
    return std::any_of(link.claims.begin(), link.claims.end(),
                       [&](const Claim& claim) { return claim.flight == &flight; });
  };
  return !claimed(request_links_[flight.target]) && !claimed(response_links_[flight.source]);
}

tlm::ModuleType crossbar_type() {
  tlm::ModuleType type = tlm::module_type<CrossbarParams, Crossbar>(
      "crossbar", "full crossbar: a link to every target and back to every initiator");
  document_interconnect(type);
  type.counters.insert(type.counters.begin(),
                       {"wait_cycles", Measure::cycles,
                        "sum over requests and responses that waited for their link"});
  type.counters.push_back({"to.<target>.request_beats", Measure::cycles,
                           "cycles in which the request link was in use"});
  type.counters.push_back({"to.<target>.response_beats", Measure::cycles,
                           "cycles in which the response link was in use"});
  return type;
}

}  // namespace lacuna::noc
