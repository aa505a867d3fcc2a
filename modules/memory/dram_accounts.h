// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "memory/dram_params.h"
#include "memory/dram_timing.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"
#include "tlm/traffic_counters.h"

namespace lacuna::memory {

/// Counters and energy events of a DRAM, kept from what payloads and channels report.
class DramAccounts {
 public:
  DramAccounts(const std::string& name, const DramParams& params, const DramDevice& device,
               tlm::Surroundings& surroundings);

  /// A finished payload: what it moved over the bus, and how long it took.
  void add(const tlm::Payload& payload, std::uint64_t bus_bytes, Time latency);
  /// Brings command counters and energies up to the channels' counts.
  void update(const DramCommandCounts& counts);

  static std::vector<tlm::CounterDocumentation> documentation();

 private:
  tlm::TrafficCounters& requester(const tlm::Payload& payload);
  void add_energies(const DramDevice& device, bool timed);

  std::string name_;
  tlm::Surroundings& surroundings_;
  bool flat_energy_;
  std::uint64_t burst_ps_;
  std::vector<Counter*> counters_;  // in the order of the documentation
  std::map<std::string, tlm::TrafficCounters> requesters_;
  const std::string* last_requester_ = nullptr;
  tlm::TrafficCounters* last_counters_ = nullptr;
  std::uint64_t latency_ps_ = 0;
  std::uint64_t busy_ps_ = 0;
  DramCommandCounts seen_;
  EnergyEvent* access_ = nullptr;
  EnergyEvent* activate_ = nullptr;
  EnergyEvent* read_ = nullptr;
  EnergyEvent* write_ = nullptr;
  EnergyEvent* refresh_ = nullptr;
  EnergyEvent* active_ = nullptr;
};

}  // namespace lacuna::memory
