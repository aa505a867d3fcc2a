// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "core/document.h"
#include "core/summary.h"
#include "tlm/component.h"
#include "tlm/fault_injector.h"
#include "tlm/surroundings.h"
#include "tlm/watchdog.h"

namespace lacuna::test {

/// The accounts that modules under test write into.
struct Bench {
  explicit Bench(const std::string& technology_yaml = default_technology())
      : technology(read(technology_yaml)), watchdog(sc_core::sc_gen_unique_name("watchdog")) {}

  static std::string default_technology() {
    return "node: 28 nm\n"
           "entries:\n"
           "  dram.access_per_bit: {energy: 15.6 pJ, source: test}\n"
           "  sram.4KiB: {energy: 0.05 pJ, power: 2 mW, area: 100 um2, source: test}\n"
           "  sram.4KiB.write: {energy: 0.07 pJ, source: test}\n"
           "  noc.crossbar_per_bit: {energy: 0.1 pJ, source: test}\n";
  }
  static Technology read(const std::string& yaml) {
    Diagnostics diagnostics;
    Technology result = Technology::read(parse_yaml(yaml, "technology.yaml"), diagnostics);
    diagnostics.throw_if_any();
    return result;
  }

  Statistics statistics;
  EnergyAccount energy;
  AreaAccount area;
  Technology technology;
  tlm::FaultInjector faults;
  tlm::Watchdog watchdog;
  tlm::Surroundings surroundings{statistics, energy, area, technology, faults, watchdog, 800_MHz};

  std::uint64_t value(const std::string& path) const { return statistics.value(path); }
  /// Count of an energy event; all ones when there is none of the name.
  std::uint64_t events(const std::string& name) const {
    for (const EnergyEvent& event : energy.events()) {
      if (event.name == name) {
        return event.count;
      }
    }
    return ~std::uint64_t{0};
  }
};

/// A number that a module says of itself; -1 when it does not.
inline double summary_number(const tlm::Component& module, const std::string& name) {
  Summary summary;
  module.summarise(summary);
  for (const auto& [key, value] : summary.values()) {
    const auto* number = std::get_if<double>(&value);
    if (key == name && number != nullptr) {
      return *number;
    }
  }
  return -1;
}

}  // namespace lacuna::test
