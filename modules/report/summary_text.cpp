// SPDX-License-Identifier: Apache-2.0
#include "report/summary_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace lacuna::report {

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

void add_lines(const Summary& summary, const std::string& prefix, Lines& lines) {
  for (const auto& [name, value] : summary.values()) {
    if (const auto* number = std::get_if<double>(&value)) {
      lines.emplace_back(prefix + name, fmt::format("{:.6g}", *number));
    } else if (const auto* count = std::get_if<std::uint64_t>(&value)) {
      lines.emplace_back(prefix + name, fmt::format("{}", *count));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      lines.emplace_back(prefix + name, *text);
    }
  }
  for (const auto& [name, part] : summary.parts()) {
    add_lines(part, prefix + name + ".", lines);
  }
}

}  // namespace

std::string summary_text(const Summary& summary) {
  Lines lines;
  add_lines(summary, "", lines);
  std::size_t width = 0;
  for (const auto& [name, value] : lines) {
    width = std::max(width, name.size());
  }
  std::string text;
  for (const auto& [name, value] : lines) {
    text += fmt::format("{:<{}}  {}\n", name, width, value);
  }
  return text;
}

}  // namespace lacuna::report
