// SPDX-License-Identifier: Apache-2.0
#include "report/reference.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::report {

namespace {

std::string markdown_rows(const tlm::ModuleType& type) {
  std::string text = "| parameter | type | default | allowed | meaning |\n|---|---|---|---|---|\n";
  for (const ParameterDocumentation& parameter : type.parameters()) {
    std::string allowed = parameter.allowed;
    for (std::size_t at = allowed.find('|'); at != std::string::npos;
         at = allowed.find('|', at + 2)) {
      allowed.replace(at, 1, "\\|");
    }
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", parameter.path, parameter.type,
                        parameter.required ? "required" : parameter.default_text, allowed,
                        parameter.doc);
  }
  return text;
}

}  // namespace

std::string type_list(const std::vector<tlm::ModuleType>& types) {
  std::size_t width = 0;
  for (const tlm::ModuleType& type : types) {
    width = std::max(width, type.name.size());
  }
  std::string text;
  for (const tlm::ModuleType& type : types) {
    text += fmt::format("{:<{}}  {}\n", type.name, width, type.summary);
  }
  return text + "\nlacuna describe TYPE tells everything about one.\n";
}

std::string type_description(const tlm::ModuleType& type) {
  std::string text = fmt::format("{}: {}\n\n", type.name, type.summary);
  for (const ParameterDocumentation& parameter : type.parameters()) {
    std::string facts = parameter.type;
    if (!parameter.unit.empty()) {
      facts += " (" + parameter.unit + ")";
    }
    if (!parameter.allowed.empty()) {
      facts += ", " + parameter.allowed;
    }
    facts += parameter.required ? ", required" : ", default " + parameter.default_text;
    text += fmt::format("  {}\n      {}\n      {}\n", parameter.path, parameter.doc, facts);
  }
  text += "\nPorts:\n";
  for (const tlm::PortDocumentation& port : type.ports) {
    text += fmt::format("  {} ({}): {}\n", port.name, port.kind, port.doc);
  }
  text += "\nStatistics:\n";
  for (const tlm::CounterDocumentation& counter : type.counters) {
    text += fmt::format("  {} ({}): {}\n", counter.path, unit_of(counter.measure), counter.doc);
  }
  return text;
}

std::string reference_markdown(const std::vector<tlm::ModuleType>& types) {
  std::string text =
      "# Platform file reference\n\nEvery module type and parameter, as `lacuna describe "
      "--markdown` "
      "prints them. How a platform file\nis built up stands in [platforms.md](platforms.md).\n";
  for (const tlm::ModuleType& type : types) {
    text += fmt::format("\n## `{}`\n\n{}\n\n{}\nPorts:\n\n", type.name, type.summary,
                        markdown_rows(type));
    for (const tlm::PortDocumentation& port : type.ports) {
      text += fmt::format("- `{}` ({}): {}\n", port.name, port.kind, port.doc);
    }
    if (!type.counters.empty()) {
      text += "\nStatistics:\n\n";
    }
    for (const tlm::CounterDocumentation& counter : type.counters) {
      text += fmt::format("- `{}` ({}): {}\n", counter.path, unit_of(counter.measure), counter.doc);
    }
  }
  return text;
}

}  // namespace lacuna::report
