// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "platform/platform.h"

namespace lacuna::platform {

namespace {

Node hexadecimal(std::uint64_t address) {
  return Node::make_scalar(fmt::format("0x{:x}", address));
}

}  // namespace

Node Platform::effective(const Node& workload) const {
  Node root = Node::make_mapping();
  root.set("name", Node::make_scalar(file_.name));
  root.set("clock", Node::make_scalar(to_text(file_.clock)));
  root.set(
      "technology",
      Node::make_scalar(std::filesystem::absolute(file_.technology).lexically_normal().string()));
  Node modules = Node::make_mapping();
  for (const Module& module : modules_) {
    Node node = Node::make_mapping();
    node.set("type", Node::make_scalar(module.entry->type));
    for (const Node::Entry& parameter : module.parameters.entries) {
      node.set(parameter.key, parameter.value);
    }
    modules.set(module.entry->name, std::move(node));
  }
  root.set("modules", std::move(modules));
  Node binds = Node::make_mapping();
  for (const BindEntry& entry : file_.binds) {
    binds.set(entry.initiator.text(), Node::make_scalar(entry.target.text()));
  }
  root.set("bind", std::move(binds));
  Node map = Node::make_mapping();
  for (const MapEntry& entry : file_.memory_map) {
    Node region = Node::make_mapping();
    region.set("base", hexadecimal(entry.base));
    region.set("size", Node::make_scalar(to_text(Bytes(entry.size))));
    region.set("via", Node::make_scalar(entry.via));
    map.set(entry.target.text(), std::move(region));
  }
  root.set("memory_map", std::move(map));
  if (!workload.is_null()) {
    root.set("workload", workload);
  }
  return root;
}

std::string Platform::parameter(const std::string& module, const std::string& key) const {
  const Module* found = find(module);
  const Node* value = found == nullptr ? nullptr : found->parameters.find(key);
  return value == nullptr ? "" : value->scalar;
}

Summary Platform::summary_of_run() const {
  Summary summary;
  for (const Module& module : modules_) {
    Summary own;
    module.component->summarise(own);
    if (!own.empty()) {
      summary.part(module.entry->name) = own;
    }
  }
  return summary;
}

std::vector<std::string> Platform::warnings() const {
  std::vector<std::string> lines;
  for (const Module& module : modules_) {
    for (const Diagnostic& warning : module.component->warnings()) {
      lines.push_back(warning.text());
    }
  }
  return lines;
}

std::string Platform::summary() const {
  std::string text = fmt::format("{}: {} modules, {}, {}\n", file_.name, modules_.size(),
                                 to_text(file_.clock), to_text(technology_.node()));
  for (const Module& module : modules_) {
    text += fmt::format("  {:<16} {:<12} {}\n", module.entry->name, module.entry->type,
                        module.type->summary);
  }
  for (const MapEntry& entry : file_.memory_map) {
    text += fmt::format("  {:<16} [0x{:x}, 0x{:x}] via {}\n", entry.target.text(), entry.base,
                        entry.base + (entry.size - 1), entry.via);
  }
  return text;
}

}  // namespace lacuna::platform
