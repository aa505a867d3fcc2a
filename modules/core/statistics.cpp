// SPDX-License-Identifier: Apache-2.0
#include "core/statistics.h"

#include "core/error.h"

namespace lacuna {
inline namespace core {

std::string unit_of(Measure measure) {
  switch (measure) {
    case Measure::count:
      return "";
    case Measure::cycles:
      return "cycles";
    case Measure::bytes:
      return "B";
    case Measure::time_ns:
      return "ns";
    case Measure::ratio:
      return "";
    case Measure::energy_pj:
      return "pJ";
  }
  throw model_error("a measure without a unit");
}

StatisticsSnapshot difference(const StatisticsSnapshot& after, const StatisticsSnapshot& before) {
  StatisticsSnapshot result;
  for (const auto& [path, value] : after) {
    const auto earlier = before.find(path);
    result[path] = value - (earlier == before.end() ? 0 : earlier->second);
  }
  return result;
}

Counter& Statistics::add(const std::string& path, Measure measure, const std::string& description) {
  if (!index_.emplace(path, entries_.size()).second) {
    throw model_error("two statistics are called " + path);
  }
  entries_.push_back({path, description, measure, {}});
  return entries_.back().counter;
}

StatisticsSnapshot Statistics::snapshot() const {
  StatisticsSnapshot result;
  for (const Entry& entry : entries_) {
    result[entry.path] = entry.counter.value();
  }
  return result;
}

std::uint64_t Statistics::value(const std::string& path) const {
  const auto found = index_.find(path);
  return found == index_.end() ? 0 : entries_[found->second].counter.value();
}

}  // namespace core
}  // namespace lacuna
