// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/units.h"
#include "tlm/component.h"

namespace lacuna::tlm {

/// Notices that a platform makes no progress and says who waits for whom.
///
/// While work is outstanding it looks every `patience` of simulated time whether anything was
/// reported since the last look, and at once when no event is left that could ever change
/// something. It then records an error, which run() throws, and stops the simulation.
class Watchdog : public sc_core::sc_module {
 public:
  explicit Watchdog(const sc_core::sc_module_name& name, Time patience = Time(10'000'000'000));

  /// Asks this component, in a report, what it waits for. It must outlive the watchdog's last run.
  void watch(const Component& component) { components_.push_back(&component); }

  /// A piece of work began or ended that must finish before the simulation may end: a job, a
  /// transfer.
  void begin_work();
  void end_work();
  std::uint64_t outstanding() const { return outstanding_; }

  /// Something moved. Cheap: call it once a burst or a tile.
  void progress() { ++progress_; }

  /// Records what went wrong, if nothing has before, and stops the simulation: SystemC would turn
  /// an exception that leaves a process into a report without its type.
  void fail(const Error& error);
  bool failed() const { return failure_.has_value(); }

  /// Simulates until nothing is left to do, somebody pauses (sc_pause) or something went wrong.
  /// @throws Error what fail() was given, or Fault::stuck with report() when work is left
  void run();

  /// Every component that waits, one a line: "accelerator.store waits for dram: 3 writes".
  std::string report() const;

 private:
  void look();
  Error stuck(const std::string& why) const;

  Time patience_;
  std::vector<const Component*> components_;
  std::uint64_t outstanding_ = 0;
  std::uint64_t progress_ = 0;
  std::uint64_t progress_seen_ = 0;
  std::optional<Error> failure_;
  sc_core::sc_event time_to_look_;
};

}  // namespace lacuna::tlm
