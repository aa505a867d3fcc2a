// SPDX-License-Identifier: Apache-2.0
#include "core/energy.h"

#include <utility>

#include "core/error.h"

namespace lacuna {
inline namespace core {
namespace {

double sum(const std::map<std::string, double>& by_category) {
  double total = 0.0;
  for (const auto& [category, energy] : by_category) {  // in alphabetical order, always
    total += energy;
  }
  return total;
}

void charge(EnergySummary& summary, const std::string& category, EnergyBoundary boundary,
            double picojoules) {
  summary.full_pj[category] += picojoules;
  if (boundary == EnergyBoundary::paper) {
    summary.paper_pj[category] += picojoules;
  }
}

}  // namespace

double EnergySummary::total_full_pj() const {
  return sum(full_pj);
}

double EnergySummary::total_paper_pj() const {
  return sum(paper_pj);
}

EnergyEvent& EnergyAccount::add(std::string name, std::string category, Energy each,
                                EnergyBoundary boundary) {
  for (const EnergyEvent& event : events_) {
    if (event.name == name) {
      throw model_error("two energy events are called " + name);
    }
  }
  events_.push_back({std::move(name), std::move(category), each, boundary, 0});
  return events_.back();
}

void EnergyAccount::add_static(std::string name, std::string category, Power power,
                               EnergyBoundary boundary) {
  static_powers_.push_back({std::move(name), std::move(category), power, boundary});
}

std::vector<std::uint64_t> EnergyAccount::counts() const {
  std::vector<std::uint64_t> result;
  result.reserve(events_.size());
  for (const EnergyEvent& event : events_) {
    result.push_back(event.count);
  }
  return result;
}

EnergySummary EnergyAccount::summary(const std::vector<std::uint64_t>& baseline, Time elapsed,
                                     const std::string& owner) const {
  const auto counts = [&](const std::string& name) {
    return owner.empty() || name == owner || name.compare(0, owner.size() + 1, owner + ".") == 0;
  };
  EnergySummary result;
  std::size_t i = 0;
  for (const EnergyEvent& event :
       events_) {  // a deque in order of registration: a stated order of the sums
    const std::uint64_t before = i < baseline.size() ? baseline[i] : 0;
    if (counts(event.name)) {
      charge(result, event.category, event.boundary,
             event.each.value() * static_cast<double>(event.count - before));
    }
    ++i;
  }
  for (const StaticPower& item : static_powers_) {
    // 1 mW for 1 ps is 1e-3 pJ.
    if (counts(item.name)) {
      charge(result, item.category, item.boundary,
             item.power.value() * static_cast<double>(elapsed.value()) * 1e-3);
    }
  }
  return result;
}

void AreaAccount::add(std::string block, Area each, std::uint64_t count) {
  items_.push_back({std::move(block), each, count});
}

Area AreaAccount::total() const {
  Area total;
  for (const Item& item : items_) {
    total += item.each * static_cast<double>(item.count);
  }
  return total;
}

}  // namespace core
}  // namespace lacuna
