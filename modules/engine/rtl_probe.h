// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cosim/rtl_simulation.h"
#include "tlm/fault_injector.h"
#include "tlm/wave_request.h"

namespace lacuna::engine {

/// What bodies in SystemVerilog offer a platform beside computing: waveforms, and faults in the sums that leave them.
class RtlProbe {
 public:
  /// Records everything in SystemVerilog from now on. @param now the simulation's time in picoseconds, @param period of the clock
  void record(const tlm::WaveRequest& request, std::function<std::int64_t()> now,
              std::int64_t period_ps);
  /// Lets faults be injected into the sums as they leave the array, as if they were written one after another to a storage of this
  /// name: four bytes a sum.
  void offer_faults(tlm::FaultInjector& faults, const std::string& storage);

 protected:
  ~RtlProbe() = default;
  /// What the models of this body share; the derived class keeps it.
  void attach(cosim::RtlSimulation& simulation) { simulation_ = &simulation; }
  /// A cycle starts.
  void begin_cycle();
  /// The rising edge, at the end of the cycle; in a waveform, where it can be told from what it changes.
  /// @param edge clocks all models
  template <class Edge>
  void clock_edge(Edge edge) {
    if (now_) {
      simulation_->sample(time_ps_);
    }
    edge();
    if (now_) {
      simulation_->sample(time_ps_ + period_ps_ / 2);
    }
  }
  /// Flips what is to be flipped of sums that leave.
  void inject(std::vector<std::int32_t>& sums);

 private:
  cosim::RtlSimulation* simulation_ = nullptr;
  std::function<std::int64_t()> now_;  // while a waveform is recorded
  std::int64_t period_ps_ = 0;
  std::int64_t time_ps_ = 0;  // of this cycle in the waveform: throttled, it may run ahead
  tlm::FaultInjector* faults_ = nullptr;
  tlm::FaultInjector::StorageId sums_ = 0;
  std::uint64_t sums_bytes_ = 0;  // that have left the array
};

}  // namespace lacuna::engine
