// SPDX-License-Identifier: Apache-2.0
#include "report/table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lacuna::report {

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  return widths;
}

std::string Table::text() const {
  const std::vector<std::size_t> columns = widths();
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = i < rows_[r].size() ? rows_[r][i] : "";
      line += i == 0 ? fmt::format("{:<{}}", cell, columns[i])
                     : fmt::format("  {:>{}}", cell, columns[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (r == 0) {
      std::size_t length = 0;
      for (const std::size_t width : columns) {
        length += width + 2;
      }
      text += std::string(length - 2, '-') + "\n";
    }
  }
  return text;
}

std::string Table::markdown() const {
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    text += "|";
    for (const std::string& cell : rows_[r]) {
      text += " " + cell + " |";
    }
    text += "\n";
    if (r == 0) {
      text += "|";
      for (std::size_t i = 0; i < rows_[r].size(); ++i) {
        text += i == 0 ? " --- |" : " ---: |";
      }
      text += "\n";
    }
  }
  return text;
}

std::string with_separators(unsigned long long number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string picojoules(double value) {
  static constexpr std::array<const char*, 6> units = {"pJ", "nJ", "uJ", "mJ", "J", "kJ"};
  std::size_t unit = 0;
  while (value >= 1000.0 && unit + 1 < units.size()) {
    value /= 1000.0;
    ++unit;
  }
  return fmt::format("{:.2f} {}", value, units[unit]);
}

}  // namespace lacuna::report
