// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <systemc>
#include <utility>

#include "core/document.h"
#include "core/energy.h"
#include "core/statistics.h"
#include "core/technology.h"
#include "tlm/fault_injector.h"
#include "tlm/surroundings.h"
#include "tlm/watchdog.h"

namespace lacuna::test {

/// Enough of a technology for blocks to be built: energies are checked elsewhere.
inline Technology plain_technology() {
  Diagnostics diagnostics;
  Technology technology = Technology::read(
      parse_yaml("node: 28 nm\n"
                 "entries:\n"
                 "  sram: {energy: 0.1 pJ, power: 1 mW, area: 1 um2, source: none}\n"
                 "  dram.access_per_bit: {energy: 15.6 pJ, source: none}\n",
                 "technology.yaml"),
      diagnostics);
  diagnostics.throw_if_any();
  return technology;
}

/// What a platform gives its modules, for one simulation.
struct Bench {
  Statistics statistics;
  EnergyAccount energy;
  AreaAccount area;
  Technology technology = plain_technology();
  tlm::FaultInjector faults;
  tlm::Watchdog watchdog{"watchdog"};
  tlm::Surroundings surroundings{statistics, energy, area, technology, faults, watchdog, 800_MHz};
};

/// An SC_THREAD that runs a test's body.
class Program : public sc_core::sc_module {
 public:
  explicit Program(std::function<void()> body, const sc_core::sc_module_name& name = "program")
      : sc_module(name), body_(std::move(body)) {
    SC_HAS_PROCESS(Program);
    SC_THREAD(run);
  }
  /// What the body ended with; empty if it ended well.
  std::string error;
  bool finished = false;

 private:
  void run() {
    try {
      body_();
      finished = true;
    } catch (const Error& failure) {
      error = failure.what();
    }
  }
  std::function<void()> body_;
};

}  // namespace lacuna::test
