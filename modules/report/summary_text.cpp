// SPDX-License-Identifier: Apache-2.0
#include "report/summary_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace lacuna::report {

namespace {

using Line = std::pair<std::string, std::string>;

std::string value_text(const Summary::Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return fmt::format("{:.6g}", *number);
  }
  if (const auto* count = std::get_if<std::uint64_t>(&value)) {
    return std::to_string(*count);
  }
  return std::get<std::string>(value);
}

void collect(const Summary& summary, const std::string& path, std::vector<Line>& lines) {
  std::string figures;
  for (const auto& [name, value] : summary.values()) {
    if (!std::holds_alternative<Summary::Table>(value)) {
      figures += fmt::format("{}{} {}", figures.empty() ? "" : ", ", name, value_text(value));
    }
  }
  if (!figures.empty()) {
    lines.emplace_back(path, figures);
  }
  for (const auto& [name, part] : summary.parts()) {
    collect(part, path.empty() ? name : path + "." + name, lines);
  }
}

}  // namespace

std::string summary_text(const Summary& summary) {
  std::vector<Line> lines;
  collect(summary, "", lines);
  std::size_t width = 0;
  for (const auto& [path, figures] : lines) {
    width = std::max(width, path.size());
  }
  std::string text;
  for (const auto& [path, figures] : lines) {
    text += fmt::format("{:<{}}  {}\n", path, width, figures);
  }
  return text;
}

}  // namespace lacuna::report
