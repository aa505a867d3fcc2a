// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/parameters.h"
#include "tlm/component.h"
#include "tlm/surroundings.h"

namespace lacuna::tlm {

/// A socket or signal, for `lacuna describe`.
struct PortDocumentation {
  std::string name;
  std::string kind;  ///< "target", "initiator", "input", "output"
  std::string doc;
};

/// A counter, for `lacuna describe`; the path is relative to the module's name.
struct CounterDocumentation {
  std::string path;
  Measure measure = Measure::count;
  std::string doc;
};

/// What a platform needs to make a component from its entry in a platform file.
struct ModuleType {
  std::string name;     ///< as `type:` in platform files
  std::string summary;  ///< one line
  std::function<std::vector<ParameterDocumentation>()> parameters;
  /// JSON Schema of the parameters.
  std::function<std::string()> schema;
  /// Every parameter with its value, defaults filled in, for effective.yaml. Problems land in the
  /// diagnostics.
  std::function<Node(const std::string& name, const Node& parameters, Diagnostics& diagnostics)>
      effective;
  /// Makes the component; nullptr when something landed in the diagnostics. `parameters` is the
  /// mapping without `type`.
  std::function<std::unique_ptr<Component>(const std::string& name, const Node& parameters,
                                           Surroundings& surroundings, Diagnostics& diagnostics)>
      make;
  std::vector<PortDocumentation> ports;
  std::vector<CounterDocumentation> counters;
};

/// Adds what an Error of the user's input says to the diagnostics, at this place and path where it
/// has none. Any other error is thrown on.
void add_to(Diagnostics& diagnostics, const Error& error, const Place& place,
            const std::string& path);

/// A module type whose component is made by `Module(name, const Params&, Surroundings&)`.
template <class Params, class Module>
ModuleType module_type(std::string name, std::string summary) {
  ModuleType type;
  type.name = std::move(name);
  type.summary = std::move(summary);
  type.parameters = [] { return document_parameters<Params>(); };
  type.schema = [title = type.name] { return parameter_schema<Params>(title); };
  type.effective = [](const std::string& module, const Node& node, Diagnostics& diagnostics) {
    return write_parameters(read_parameters<Params>(node, module, diagnostics));
  };
  type.make = [](const std::string& module, const Node& node, Surroundings& surroundings,
                 Diagnostics& diagnostics) -> std::unique_ptr<Component> {
    const std::size_t problems = diagnostics.items().size();
    const Params params = read_parameters<Params>(node, module, diagnostics);
    if (diagnostics.items().size() != problems) {
      return nullptr;
    }
    try {
      return std::make_unique<Module>(sc_core::sc_module_name(module.c_str()), params,
                                      surroundings);
    } catch (const Error& error) {
      add_to(diagnostics, error, node.place, module);
      return nullptr;
    }
  };
  return type;
}

}  // namespace lacuna::tlm
