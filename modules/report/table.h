// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace lacuna::report {

/// A table for a terminal: the first column to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;  ///< aligned with blanks, a rule under the header
  std::string markdown() const;

 private:
  std::vector<std::size_t> widths() const;
  std::vector<std::vector<std::string>> rows_;
};

/// "4,089,184,256"
std::string with_separators(unsigned long long number);
/// Three to four significant digits with an SI prefix: "12.8 mJ" from 1.28e10 and "pJ".
std::string picojoules(double value);

}  // namespace lacuna::report
