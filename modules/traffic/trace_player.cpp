// SPDX-License-Identifier: Apache-2.0
#include "traffic/trace_player.h"

#include "core/files.h"
#include "traffic/request_issuer.h"
#include "traffic/trace_reader.h"

namespace lacuna::traffic {

namespace {

Place place_of_trace(const Node& parameters) {
  const Node* trace = parameters.find("trace");
  return trace == nullptr ? parameters.place : trace->place;
}

std::unique_ptr<tlm::Component> make_trace_player(const std::string& name, const Node& node,
                                                  tlm::Surroundings& surroundings,
                                                  Diagnostics& diagnostics) {
  const std::size_t problems = diagnostics.items().size();
  const auto params = read_parameters<TracePlayerParams>(node, name, diagnostics);
  if (diagnostics.items().size() != problems) {
    return nullptr;
  }
  IssueRules rules;
  rules.period = params.clock.value_or(surroundings.clock).period();
  rules.follows_memory = !params.clock;
  rules.outstanding = params.outstanding;
  rules.priority = params.priority;
  TraceReader::Limits limits;
  limits.default_bytes = static_cast<std::uint32_t>(params.request_bytes.value());
  try {
    auto reader =
        std::make_unique<TraceReader>(path_beside(params.trace, place_of_trace(node)), limits);
    return std::make_unique<RequestIssuer>(sc_core::sc_module_name(name.c_str()), rules,
                                           std::move(reader), surroundings);
  } catch (const Error& error) {
    tlm::add_to(diagnostics, error, place_of_trace(node), name + ".trace");
    return nullptr;
  }
}

}  // namespace

tlm::ModuleType trace_player_type() {
  tlm::ModuleType type;
  type.name = "trace_player";
  type.summary = "offers the requests of a trace file to a memory";
  type.parameters = [] { return document_parameters<TracePlayerParams>(); };
  type.schema = [] { return parameter_schema<TracePlayerParams>("trace_player"); };
  type.effective = [](const std::string& name, const Node& node, Diagnostics& diagnostics) {
    auto params = read_parameters<TracePlayerParams>(node, name, diagnostics);
    params.trace = path_beside(params.trace, place_of_trace(node));
    return write_parameters(params);
  };
  type.make = make_trace_player;
  type.ports = RequestIssuer::ports();
  type.counters = RequestIssuer::counters();
  return type;
}

}  // namespace lacuna::traffic
