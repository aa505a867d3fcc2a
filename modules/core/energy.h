// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/units.h"

namespace lacuna {
inline namespace core {

/// Who counts it: what the paper's own accounting covers, or only the full account (metadata, background, leakage).
enum class EnergyBoundary { paper, full };

/// Something that happens and costs energy each time.
struct EnergyEvent {
  std::string name;  ///< hierarchical: "accelerator.pe_array.pe_cycle"
  std::string
      category;  ///< column in reports: "compute", "sram", "dram", "registers", "noc", "leakage"
  Energy each;   ///< per event
  EnergyBoundary boundary = EnergyBoundary::paper;
  std::uint64_t count = 0;

  Energy total() const { return Energy(each.value() * static_cast<double>(count)); }
};

/// Power drawn for as long as time passes: leakage, DRAM background.
struct StaticPower {
  std::string name;
  std::string category;
  Power power;
  EnergyBoundary boundary = EnergyBoundary::full;
};

/// Energy by category; both boundaries side by side.
struct EnergySummary {
  std::map<std::string, double> full_pj;
  std::map<std::string, double> paper_pj;
  double total_full_pj() const;
  double total_paper_pj() const;
};

/// Event x energy per event, plus static power x time. Energies come from the technology file.
class EnergyAccount {
 public:
  /// Registers an event; the reference stays valid and its count is what the module increments.
  EnergyEvent& add(std::string name, std::string category, Energy each,
                   EnergyBoundary boundary = EnergyBoundary::paper);
  void add_static(std::string name, std::string category, Power power,
                  EnergyBoundary boundary = EnergyBoundary::full);

  const std::deque<EnergyEvent>& events() const { return events_; }
  const std::vector<StaticPower>& static_powers() const { return static_powers_; }

  /// The counts now, in the order of events(): a baseline for a later summary.
  std::vector<std::uint64_t> counts() const;
  /// Energy of everything since `baseline` (empty: since the start), which took `elapsed`.
  /// @param owner only what belongs to this module; empty: everything
  EnergySummary summary(const std::vector<std::uint64_t>& baseline, Time elapsed,
                        const std::string& owner = {}) const;

 private:
  std::deque<EnergyEvent> events_;
  std::vector<StaticPower> static_powers_;
};

/// Silicon area by block, at one node.
class AreaAccount {
 public:
  struct Item {
    std::string block;
    Area each;
    std::uint64_t count;
  };
  void add(std::string block, Area each, std::uint64_t count = 1);
  const std::vector<Item>& items() const { return items_; }
  Area total() const;

 private:
  std::vector<Item> items_;
};

}  // namespace core
}  // namespace lacuna
