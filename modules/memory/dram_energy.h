// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// What commands and standby cost a whole rank, from the currents of its devices (the model of
/// Micron's TN-41-01; termination and I/O are not in these currents).
struct DramEnergies {
  Energy activate;      ///< with its precharge: VDD (IDD0 tRC - IDD3N tRAS - IDD2N (tRC - tRAS))
  Energy read;          ///< one burst: VDD (IDD4R - IDD3N) BL/2
  Energy write;         ///< one burst: VDD (IDD4W - IDD3N) BL/2
  Energy refresh;       ///< VDD (IDD5 - IDD3N) tRFC
  Energy active_clock;  ///< what a clock with an open row costs more than one without: VDD (IDD3N -
                        ///< IDD2N)
  Power precharged;     ///< standby: VDD IDD2N
  Energy precharged_clock;       ///< one clock of that
  Energy active_down_clock;      ///< a clock in power-down with a row open: VDD IDD3P
  Energy precharged_down_clock;  ///< a clock in power-down without: VDD IDD2P
};
DramEnergies dram_energies(const DramDevice& device);

}  // namespace lacuna::memory
