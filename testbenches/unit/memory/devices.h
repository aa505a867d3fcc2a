// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/dram_device.h"

namespace lacuna::test {

/// The timing set for which public simulators were measured: DDR4-2400R, 8 Gb x8, one 64-bit rank. Times in clocks.
inline memory::DramDevice ddr4_set_u() {
  memory::DramDevice device;
  device.name = "set U";
  device.standard = "DDR4";
  device.organisation = {4, 4, 65536, 1024, 8, 8, 8};
  memory::DramTimings& t = device.timing;
  t.clock_ps = 833;
  t.CL = 16;
  t.CWL = 12;
  t.RCD = 16;
  t.RP = 16;
  t.RAS = 39;
  t.RC = 55;
  t.RTP = 9;
  t.WR = 18;
  t.RRD_S = 4;
  t.RRD_L = 6;
  t.FAW = 26;
  t.CCD_S = 4;
  t.CCD_L = 6;
  t.WTR_S = 3;
  t.WTR_L = 9;
  t.RTRS = 1;
  t.RFC = 420;
  t.REFI = 9360;
  t.XP = 8;
  t.burst = 4;
  device.currents = {true, 1.2, 48, 25, 34, 37, 43, 135, 123, 250};
  return device;
}

}  // namespace lacuna::test
