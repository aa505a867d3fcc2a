// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_energy.h"

namespace lacuna::memory {

DramEnergies dram_energies(const DramDevice& device) {
  const DramTimings& t = device.timing;
  const DramCurrents& c = device.currents;
  const double devices = device.organisation.devices;
  // V x mA x ps = 1e-15 J, a thousandth of a picojoule.
  const auto energy = [&](double milliampere_clocks) {
    return Energy(devices * c.VDD * milliampere_clocks * static_cast<double>(t.clock_ps) / 1000.0);
  };
  const auto clocks = [](std::int64_t n) { return static_cast<double>(n); };
  DramEnergies result;
  result.activate =
      energy(c.IDD0 * clocks(t.RC) - c.IDD3N * clocks(t.RAS) - c.IDD2N * clocks(t.RC - t.RAS));
  result.read = energy((c.IDD4R - c.IDD3N) * clocks(t.burst));
  result.write = energy((c.IDD4W - c.IDD3N) * clocks(t.burst));
  result.refresh = energy((c.IDD5 - c.IDD3N) * clocks(t.RFC));
  result.active_clock = energy(c.IDD3N - c.IDD2N);
  result.precharged = Power(devices * c.VDD * c.IDD2N);
  result.precharged_clock = energy(c.IDD2N);
  result.active_down_clock = energy(c.IDD3P);
  result.precharged_down_clock = energy(c.IDD2P);
  return result;
}

}  // namespace lacuna::memory
