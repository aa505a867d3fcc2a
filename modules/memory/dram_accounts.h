// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/latency_histogram.h"
#include "core/summary.h"
#include "memory/dram_command_counts.h"
#include "memory/dram_energy.h"
#include "memory/dram_params.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"
#include "tlm/traffic_counters.h"

namespace lacuna::memory {

/// An accepted payload whose data have passed.
struct FinishedRequest {
  const std::string* requester = nullptr;
  bool write = false;
  std::uint64_t bytes = 0;      ///< asked for
  std::uint64_t useful = 0;     ///< of these, enabled
  std::uint64_t bus_bytes = 0;  ///< whole bursts
  Time arrival;                 ///< acceptance
  Time end;                     ///< of its last data
};

/// Counters, energy events and latencies of a DRAM, kept from what payloads and channels report.
class DramAccounts {
 public:
  DramAccounts(const std::string& name, const DramParams& params, const DramDevice& device,
               tlm::Surroundings& surroundings);

  /// A payload has been accepted, with its status set.
  void accepted(const tlm::Payload& payload, std::uint64_t useful);
  /// Its data have passed.
  void finished(const FinishedRequest& request);
  /// It is answered so long after its arrival.
  void answered(Time latency);
  /// Brings command counters and energies up to the channels' counts.
  void update(const DramCommandCounts& counts, Time now);
  /// Figures of everything finished, as of the last update().
  void summarise(Summary& summary) const;

  static std::vector<tlm::CounterDocumentation> documentation();

 private:
  /// Traffic and latencies of everybody, or of one requester.
  struct Latencies {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    std::uint64_t sum_ps = 0;
    Time max;
    Time first{-1};  // acceptance
    Time last;       // end of data

    void add(const FinishedRequest& request);
    double bandwidth_gbps() const;
  };
  struct Requester {
    Requester(Statistics& statistics, const std::string& path) : counters(statistics, path) {}
    tlm::TrafficCounters counters;
    Latencies latencies;
  };
  Requester& requester(const std::string& name);
  void add_energies(const DramParams& params, const DramDevice& device);

  std::string name_;
  tlm::Surroundings& surroundings_;
  bool flat_energy_;
  std::uint64_t burst_ps_;
  std::uint64_t burst_bits_;
  std::uint64_t beat_bits_;
  std::vector<Counter*> counters_;  // in the order of the documentation
  std::map<std::string, Requester> requesters_;
  const std::string* last_name_ = nullptr;
  Requester* last_requester_ = nullptr;
  std::uint64_t latency_ps_ = 0;
  std::uint64_t busy_ps_ = 0;
  DramCommandCounts seen_;
  Time now_;
  Latencies all_;
  LatencyHistogram read_latency_;
  LatencyHistogram write_latency_;
  Power standby_power_;
  EnergyEvent* access_ = nullptr;
  EnergyEvent* activate_ = nullptr;
  EnergyEvent* read_ = nullptr;
  EnergyEvent* write_ = nullptr;
  EnergyEvent* io_ = nullptr;
  EnergyEvent* refresh_ = nullptr;
  EnergyEvent* bank_refresh_ = nullptr;
  EnergyEvent* active_ = nullptr;
  EnergyEvent* standby_ = nullptr;
  EnergyEvent* active_down_ = nullptr;
  EnergyEvent* precharged_down_ = nullptr;
};

}  // namespace lacuna::memory
