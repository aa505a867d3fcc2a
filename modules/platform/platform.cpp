// SPDX-License-Identifier: Apache-2.0
#include "platform/platform.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "platform/module_table.h"
#include "tlm/interconnect.h"
#include "tlm/surroundings.h"

namespace lacuna::platform {

namespace {

template <class Ports>
std::vector<std::string> names_of(const Ports& ports) {
  std::vector<std::string> names;
  names.reserve(ports.size());
  for (const auto& [name, port] : ports) {
    names.push_back(name);
  }
  return names;
}

}  // namespace

Platform::Platform(const PlatformFile& file, const std::vector<std::string>& injections,
                   const tlm::WaveRequest& wave)
    : file_(file), waves_(wave) {
  // The library reports by exceptions; the kernel's notice that a run was stopped would only stand beside them.
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_DO_NOTHING);
  read_technology();
  check_modules();
  for (const std::string& injection : injections) {
    Place place;
    place.file = "--inject " + injection;
    faults_.request(injection, place);
  }
  make_modules();
  bind_all();
}

Platform::~Platform() = default;

void Platform::simulate() {
  watchdog_->run();
  for (const Module& module : modules_) {
    module.component->settle();
  }
}

void Platform::read_technology() {
  if (!std::filesystem::exists(file_.technology)) {
    throw input_error(file_.technology_place, "technology",
                      "cannot read '" + file_.technology + "'");
  }
  Diagnostics diagnostics;
  technology_ = Technology::read(load_yaml_with_includes(file_.technology), diagnostics);
  diagnostics.throw_if_any();
}

void Platform::check_modules() {
  Diagnostics diagnostics;
  for (const ModuleEntry& entry : file_.modules) {
    const tlm::ModuleType* type = find_module_type(entry.type);
    if (type == nullptr) {
      diagnostics.add(entry.type_place, "modules." + entry.name + ".type",
                      fmt::format("unknown module type '{}'{}", entry.type,
                                  suggestion(entry.type, module_type_names())));
      continue;
    }
    Node parameters = type->effective(entry.name, entry.parameters, diagnostics);
    modules_.push_back({&entry, type, std::move(parameters), nullptr});
  }
  diagnostics.throw_if_any();
}

void Platform::make_modules() {
  watchdog_ = std::make_unique<tlm::Watchdog>("watchdog");
  surroundings_ = std::make_unique<tlm::Surroundings>(tlm::Surroundings{
      statistics_, energy_, area_, technology_, faults_, *watchdog_, file_.clock, &waves_});
  Diagnostics diagnostics;
  for (Module& module : modules_) {
    // The user's own node, not the completed one: places of errors are the file's.
    module.component = module.type->make(module.entry->name, module.entry->parameters,
                                         *surroundings_, diagnostics);
    if (module.component) {
      watchdog_->watch(*module.component);
    }
  }
  diagnostics.throw_if_any();
  waves_.check();
}

void Platform::bind_all() {
  Diagnostics diagnostics;
  faults_.check(diagnostics);
  for (const BindEntry& entry : file_.binds) {
    bind(entry, diagnostics);
  }
  map_all(diagnostics);
  check_bound(diagnostics);
  check_rings(diagnostics);
  if (diagnostics.empty()) {
    find_sites(diagnostics);
  }
  diagnostics.throw_if_any();
}

void Platform::bind(const BindEntry& entry, Diagnostics& diagnostics) {
  tlm::Component& from = *find(entry.initiator.module)->component;
  tlm::Component& to = *find(entry.target.module)->component;
  const std::string path = "bind." + entry.initiator.text();
  if (from.interface_users().count(entry.initiator.port) != 0) {
    bind_interface(entry, diagnostics);
    return;
  }
  const auto initiator = from.initiators().find(entry.initiator.port);
  const auto output = from.outputs().find(entry.initiator.port);
  if (initiator == from.initiators().end() && output == from.outputs().end()) {
    std::vector<std::string> known = names_of(from.initiators());
    for (const std::string& name : names_of(from.outputs())) {
      known.push_back(name);
    }
    for (const std::string& name : names_of(from.interface_users())) {
      known.push_back(name);
    }
    diagnostics.add(
        entry.initiator.place, path,
        fmt::format("'{}' has no initiator socket or output '{}'{}", entry.initiator.module,
                    entry.initiator.port, suggestion(entry.initiator.port, known)));
    return;
  }
  const bool is_socket = initiator != from.initiators().end();
  const auto target = to.targets().find(entry.target.port);
  const auto input = to.inputs().find(entry.target.port);
  if (is_socket ? target == to.targets().end() : input == to.inputs().end()) {
    diagnostics.add(entry.target.place, path,
                    fmt::format("'{}' has no {} '{}'{}", entry.target.module,
                                is_socket ? "target socket" : "input", entry.target.port,
                                suggestion(entry.target.port, is_socket ? names_of(to.targets())
                                                                        : names_of(to.inputs()))));
    return;
  }
  if (is_socket) {
    initiator->second.bind(*target->second);
    to.connected(entry.target.port, entry.initiator.text());
    from.bound(entry.initiator.port, to, entry.target.port);
    if (from.forwards()) {
      forward_[entry.initiator.module].push_back(entry.target.module);
    }
  } else {
    signals_.push_back(std::make_unique<sc_core::sc_signal<bool>>());
    output->second->bind(*signals_.back());
    input->second->bind(*signals_.back());
  }
  ++bound_[entry.initiator.text()];
  ++bound_[entry.target.text()];
}

void Platform::bind_interface(const BindEntry& entry, Diagnostics& diagnostics) {
  tlm::Component& from = *find(entry.initiator.module)->component;
  tlm::Component& to = *find(entry.target.module)->component;
  const tlm::Component::InterfaceUser& user = from.interface_users().at(entry.initiator.port);
  const auto offered = to.interfaces().find(entry.target.port);
  if (offered == to.interfaces().end() || offered->second.type != user.type) {
    std::vector<std::string> fitting;
    for (const auto& [name, interface] : to.interfaces()) {
      if (interface.type == user.type) {
        fitting.push_back(name);
      }
    }
    diagnostics.add(entry.target.place, "bind." + entry.initiator.text(),
                    fmt::format("'{}' has no interface '{}' that '{}' could use{}",
                                entry.target.module, entry.target.port, entry.initiator.text(),
                                suggestion(entry.target.port, fitting)));
    return;
  }
  user.bind(offered->second.pointer);
  ++bound_[entry.initiator.text()];
}

void Platform::map_all(Diagnostics& diagnostics) {
  std::vector<std::string> interconnects;
  for (const Module& module : modules_) {
    if (dynamic_cast<tlm::Interconnect*>(module.component.get()) != nullptr) {
      interconnects.push_back(module.entry->name);
    }
  }
  for (MapEntry& entry : file_.memory_map) {
    const std::string path = "memory_map." + entry.target.text();
    if (entry.via.empty() && interconnects.size() == 1) {
      entry.via = interconnects.front();
    }
    const Module* via = find(entry.via);
    auto* interconnect =
        via == nullptr ? nullptr : dynamic_cast<tlm::Interconnect*>(via->component.get());
    if (interconnect == nullptr) {
      diagnostics.add(entry.place, path,
                      entry.via.empty() ? "which interconnect? expected 'via: NAME'"
                                        : fmt::format("'{}' is no interconnect{}", entry.via,
                                                      suggestion(entry.via, interconnects)));
      continue;
    }
    const auto& targets = find(entry.target.module)->component->targets();
    const auto target = targets.find(entry.target.port);
    if (target == targets.end()) {
      diagnostics.add(
          entry.place, path,
          fmt::format("'{}' has no target socket '{}'{}", entry.target.module, entry.target.port,
                      suggestion(entry.target.port, names_of(targets))));
      continue;
    }
    interconnect->map({entry.base, entry.size, entry.target.text(), entry.base_place},
                      *target->second);
    forward_[entry.via].push_back(entry.target.module);
    ++bound_[entry.target.text()];
  }
}

void Platform::check_bound(Diagnostics& diagnostics) const {
  for (const Module& module : modules_) {
    const auto missing = [&](const std::string& port, const std::string& expected) {
      const std::string name = module.entry->name + "." + port;
      if (bound_.count(name) == 0) {
        diagnostics.add(module.entry->place, "modules." + module.entry->name,
                        fmt::format("'{}' is not bound; expected {}", name, expected));
      }
    };
    for (const auto& [port, socket] : module.component->initiators()) {
      if (socket.required) {
        missing(port, fmt::format("'{}.{}: MODULE.SOCKET' under bind", module.entry->name, port));
      }
    }
    for (const auto& [port, socket] : module.component->targets()) {
      if (module.component->target_required(port)) {
        missing(port, "a memory_map entry or a bind that leads to it");
      }
    }
    for (const auto& [port, user] : module.component->interface_users()) {
      missing(port, fmt::format("'{}.{}: MODULE.INTERFACE' under bind", module.entry->name, port));
    }
    for (const auto& [port, signal] : module.component->outputs()) {
      missing(port, fmt::format("'{}.{}: MODULE.INPUT' under bind", module.entry->name, port));
    }
    for (const auto& [port, signal] : module.component->inputs()) {
      missing(port, fmt::format("'MODULE.OUTPUT: {}.{}' under bind", module.entry->name, port));
    }
  }
}

void Platform::check_rings(Diagnostics& diagnostics) const {
  for (const auto& [start, next] : forward_) {
    std::vector<std::string> path = {start};
    std::vector<std::vector<std::string>> open = {next};
    // Depth first; a request that can come back to where it started would travel for ever.
    while (!open.empty()) {
      if (open.back().empty()) {
        open.pop_back();
        path.pop_back();
        continue;
      }
      const std::string module = open.back().back();
      open.back().pop_back();
      if (module == start) {
        diagnostics.add(find(start)->entry->place, "modules." + start,
                        fmt::format("interconnects lead back to themselves: {} -> {}",
                                    fmt::join(path, " -> "), start));
        break;
      }
      const auto onward = forward_.find(module);
      if (onward != forward_.end() && path.size() <= modules_.size()) {
        path.push_back(module);
        open.push_back(onward->second);
      }
    }
  }
}

void Platform::find_sites(Diagnostics& diagnostics) {
  for (const Module& module : modules_) {
    if (auto* dram = dynamic_cast<memory::Dram*>(module.component.get())) {
      dram_ = dram;
      dram_name_ = module.entry->name;
    }
  }
  for (const Module& module : modules_) {
    if (dynamic_cast<engine::Accelerator*>(module.component.get()) != nullptr) {
      sites_.push_back(site_of(module, diagnostics));
    }
  }
  share_memory();
}

std::vector<memory::Dram*> Platform::drams() const {
  std::vector<memory::Dram*> drams;
  for (const Module& module : modules_) {
    if (auto* dram = dynamic_cast<memory::Dram*>(module.component.get())) {
      drams.push_back(dram);
    }
  }
  return drams;
}

memory::Dram& Platform::dram(const std::string& name) const {
  for (memory::Dram* dram : drams()) {
    if (name == dram->name()) {
      return *dram;
    }
  }
  throw model_error("no memory is called " + name);
}

Bandwidth Platform::memory_bandwidth() const {
  Bandwidth least = dram_->peak_bandwidth();
  for (const Module& module : modules_) {
    const auto* interconnect = dynamic_cast<const tlm::Interconnect*>(module.component.get());
    if (interconnect != nullptr) {
      least = std::min(least, interconnect->link_bandwidth());
    }
  }
  return least;
}

void Platform::share_memory() {
  constexpr std::uint64_t page = 4096;
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    AcceleratorSite& site = sites_[i];
    const std::uint64_t share = site.memory_size / sites_.size() / page * page;
    site.dram_offset = i * share;
    site.memory_base += site.dram_offset;
    site.memory_size = share;
  }
}

AcceleratorSite Platform::site_of(const Module& module, Diagnostics& diagnostics) const {
  const std::string& name = module.entry->name;
  AcceleratorSite site;
  site.name = name;
  site.accelerator = dynamic_cast<engine::Accelerator*>(module.component.get());
  for (const BindEntry& entry : file_.binds) {
    if (entry.initiator.module == name) {
      if (auto* host = dynamic_cast<host::Driver*>(find(entry.target.module)->component.get())) {
        site.host = host;
      }
    }
  }
  if (site.host == nullptr) {
    diagnostics.add(module.entry->place, "modules." + name,
                    "no host waits for its interrupt; expected '" + name +
                        ".interrupt: HOST.interrupt' under bind");
  }
  const MapEntry* control = map_entry(name);
  const MapEntry* memory = dram_ == nullptr ? nullptr : map_entry_leading_to(dram_name_);
  if (control == nullptr || memory == nullptr) {
    diagnostics.add(
        module.entry->place, "modules." + name,
        "an accelerator needs a module of type dram and its control port in the memory_map");
    return site;
  }
  if (site.host != nullptr) {
    site.host->drive(name, control->base);
  }
  site.memory_base = memory->base;
  site.memory_size = std::min(memory->size, dram_->capacity().value());
  return site;
}

const Platform::Module* Platform::find(const std::string& name) const {
  for (const Module& module : modules_) {
    if (module.entry->name == name) {
      return &module;
    }
  }
  return nullptr;
}

Platform::Module* Platform::find(const std::string& name) {
  return const_cast<Module*>(std::as_const(*this).find(name));
}

const MapEntry* Platform::map_entry(const std::string& module) const {
  for (const MapEntry& entry : file_.memory_map) {
    if (entry.target.module == module) {
      return &entry;
    }
  }
  return nullptr;
}

const MapEntry* Platform::map_entry_leading_to(const std::string& module) const {
  if (const MapEntry* entry = map_entry(module)) {
    return entry;
  }
  for (const auto& [bridge, targets] : forward_) {
    if (std::find(targets.begin(), targets.end(), module) != targets.end() &&
        map_entry(bridge) != nullptr) {
      return map_entry(bridge);
    }
  }
  return nullptr;
}

}  // namespace lacuna::platform
