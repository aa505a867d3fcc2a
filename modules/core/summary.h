// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lacuna {
inline namespace core {

/// Figures that a module works out at the end of a run, as a tree: percentiles, bandwidths, tables.
/// They stand under the module's name in stats.json, in the order in which they were added.
/// Names say their unit: "bandwidth_gbps", "read_latency_ns".
class Summary {
 public:
  using Row = std::vector<double>;
  struct Table {
    std::vector<std::string> columns;
    std::vector<Row> rows;
  };
  using Value = std::variant<double, std::uint64_t, std::string, Table>;

  void add(const std::string& name, double value);
  void add(const std::string& name, std::uint64_t value);
  void add(const std::string& name, const std::string& value);
  void add(const std::string& name, const Table& value);
  /// The part of that name; it is made when asked for first, and stays where it is.
  Summary& part(const std::string& name);

  const std::vector<std::pair<std::string, Value>>& values() const { return values_; }
  const std::deque<std::pair<std::string, Summary>>& parts() const { return parts_; }
  bool empty() const { return values_.empty() && parts_.empty(); }

 private:
  std::vector<std::pair<std::string, Value>> values_;
  std::deque<std::pair<std::string, Summary>> parts_;
};

}  // namespace core
}  // namespace lacuna
