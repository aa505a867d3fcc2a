// SPDX-License-Identifier: Apache-2.0
#include "memory/dram.h"
#include "memory/dram_device_file.h"

namespace lacuna::memory {

namespace {

/// Where the value of a key stands, or the mapping itself.
Place place_of(const Node& parameters, const std::string& key) {
  const Node* value = parameters.find(key);
  return value == nullptr ? parameters.place : value->place;
}

/// Where each entry of scheduler.priority stands.
std::map<std::string, Place> places_of_priorities(const Node& parameters,
                                                  const DramParams& params) {
  std::map<std::string, Place> places;
  for (const auto& [requester, priority] : params.scheduler.priority) {
    const Node* node = &parameters;
    for (const char* key : {"scheduler", "priority", requester.c_str()}) {
      node = node == nullptr ? nullptr : node->find(key);
    }
    places[requester] = node == nullptr ? parameters.place : node->place;
  }
  return places;
}

/// Paths in a map's problems begin at the map.
void add_map_problems(Diagnostics& diagnostics, const Error& error, const Place& place,
                      const std::string& path) {
  for (const Diagnostic& problem : error.diagnostics()) {
    diagnostics.add(problem.place.file.empty() ? place : problem.place,
                    problem.path.empty() ? path : path + "." + problem.path, problem.message);
  }
}

std::unique_ptr<tlm::Component> make(const std::string& name, const Node& parameters,
                                     tlm::Surroundings& surroundings, Diagnostics& diagnostics) {
  const std::size_t problems = diagnostics.items().size();
  const auto params = read_parameters<DramParams>(parameters, name, diagnostics);
  DramDevice device;
  try {
    device = load_dram_device(params.device, place_of(parameters, "device"));
  } catch (const Error& error) {
    tlm::add_to(diagnostics, error, place_of(parameters, "device"), name + ".device");
  }
  if (diagnostics.items().size() != problems) {
    return nullptr;
  }
  try {
    DramAddressMap(params.address_map, device.organisation, params.channels, params.ranks);
  } catch (const Error& error) {
    add_map_problems(diagnostics, error, place_of(parameters, "address_map"),
                     name + ".address_map");
    return nullptr;
  }
  try {
    auto dram =
        std::make_unique<Dram>(sc_core::sc_module_name(name.c_str()), params, device, surroundings);
    dram->place_priorities(places_of_priorities(parameters, params));
    for (const Diagnostic& warning : device.warnings) {
      dram->warn(warning);
    }
    return dram;
  } catch (const Error& error) {
    const bool window = !error.diagnostics().empty() &&
                        error.diagnostics().front().path == name + ".instruction_window";
    tlm::add_to(diagnostics, error,
                window ? place_of(parameters, "instruction_window") : parameters.place, name);
    return nullptr;
  }
}

}  // namespace

tlm::ModuleType dram_type() {
  tlm::ModuleType type;
  type.name = "dram";
  type.summary = "main memory: controller, channels, devices and their bytes";
  type.parameters = [] { return document_parameters<DramParams>(); };
  type.schema = [] { return parameter_schema<DramParams>("dram"); };
  type.effective = [](const std::string& name, const Node& parameters, Diagnostics& diagnostics) {
    auto params = read_parameters<DramParams>(parameters, name, diagnostics);
    params.device = resolved_device(params.device, place_of(parameters, "device"));
    return write_parameters(params);
  };
  type.make = make;
  type.ports = {{"memory", "target", "any number of initiators; addresses from 0 to the capacity"}};
  type.counters = DramAccounts::documentation();
  for (const char* counter : {"reads", "writes", "read_bytes", "write_bytes", "errors"}) {
    type.counters.push_back(
        {std::string("requester.<name>.") + counter,
         std::string(counter).find("bytes") == std::string::npos ? Measure::count : Measure::bytes,
         "the same, of one requester"});
  }
  return type;
}

}  // namespace lacuna::memory
