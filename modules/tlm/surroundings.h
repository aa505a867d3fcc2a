// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/energy.h"
#include "core/statistics.h"
#include "core/technology.h"
#include "core/units.h"

namespace lacuna::tlm {

class FaultInjector;
class WaveDesk;
class Watchdog;

/// What every modelled block is given beside its parameters: the platform's accounts, and whom to
/// tell.
struct Surroundings {
  Statistics& statistics;
  EnergyAccount& energy;
  AreaAccount& area;
  const Technology& technology;
  FaultInjector& faults;  ///< storage asks it after every write (tlm/fault_injector.h)
  Watchdog& watchdog;     ///< anyone who makes progress tells it (tlm/watchdog.h)
  Frequency clock;        ///< the platform's default clock
  /// Whom bodies in SystemVerilog ask for a waveform (tlm/wave_request.h); nullptr: nobody wants one.
  WaveDesk* waves = nullptr;
};

}  // namespace lacuna::tlm
