// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/units.h"

namespace lacuna::memory {

/// How one device is built and how many make a rank. All counts are powers of two.
struct DramOrganisation {
  std::uint32_t bank_groups = 1;
  std::uint32_t banks_per_group = 8;
  std::uint32_t rows = 65536;
  std::uint32_t columns = 1024;    ///< of device_width bits each
  std::uint32_t device_width = 8;  ///< data bits of one device
  std::uint32_t devices = 8;       ///< side by side in a rank
  std::uint32_t burst_length = 8;  ///< beats of one column command

  std::uint32_t banks() const { return bank_groups * banks_per_group; }
  std::uint32_t bus_bytes() const { return device_width * devices / 8; }
  /// Bytes that one column command moves.
  std::uint32_t burst_bytes() const { return bus_bytes() * burst_length; }
  std::uint64_t row_bytes() const { return std::uint64_t{columns} * bus_bytes(); }
  /// Column commands' worth of data in one row.
  std::uint32_t bursts_per_row() const { return columns / burst_length; }
  std::uint64_t rank_bytes() const { return row_bytes() * rows * banks(); }
};

/// Timing parameters in device clocks, named as data sheets name them (without the t).
struct DramTimings {
  std::int64_t clock_ps = 1250;  ///< tCK
  std::int64_t CL = 0;           ///< read command to first data
  std::int64_t CWL = 0;          ///< write command to first data
  std::int64_t RCD = 0;          ///< activate to column command
  std::int64_t RP = 0;           ///< precharge to activate, same bank
  std::int64_t RAS = 0;          ///< activate to precharge, same bank
  std::int64_t RC = 0;           ///< activate to activate, same bank
  std::int64_t RTP = 0;          ///< read to precharge, same bank
  std::int64_t WR = 0;           ///< end of write data to precharge, same bank
  std::int64_t RRD_S = 0;        ///< activate to activate, other bank group
  std::int64_t RRD_L = 0;        ///< activate to activate, same bank group
  std::int64_t FAW = 0;          ///< window of four activates of a rank
  std::int64_t CCD_S = 0;        ///< column to column command, other bank group
  std::int64_t CCD_L = 0;        ///< column to column command, same bank group
  std::int64_t WTR_S = 0;        ///< end of write data to read, other bank group
  std::int64_t WTR_L = 0;        ///< end of write data to read, same bank group
  std::int64_t RTRS = 0;         ///< idle data-bus clocks when the rank changes
  std::int64_t RFC = 0;          ///< refresh to activate
  std::int64_t REFI = 0;         ///< average interval between refreshes of a rank
  std::int64_t XP = 0;           ///< power-down exit to command
  std::int64_t RFC_pb = 0;       ///< the same for one bank; 0: the device has no such refresh
  std::int64_t REFI_pb = 0;      ///< interval of refreshes of single banks of a rank, in turn
  std::int64_t CKE = 0;          ///< least time in power-down; 0: max(3 clocks, 5 ns) as DDR3, DDR4
  // Those of some standards only; 0: not there.
  std::int64_t RCD_W = 0;   ///< activate to write, where it is not RCD (HBM2)
  std::int64_t RP_ab = 0;   ///< precharge of all banks to activate, where it is not RP (LPDDR4)
  std::int64_t PPD = 0;     ///< precharge to precharge (LPDDR4)
  std::int64_t RTW = 0;     ///< read to write command, where the standard says so itself (HBM2)
  std::int64_t RREFD = 0;   ///< refresh of a bank to activate or refresh of another (HBM2)
  std::int64_t DQSCK = 0;   ///< part of CL: read strobe behind the read latency (LPDDR4, HBM2)
  std::int64_t DQSS = 0;    ///< part of CWL: write strobe behind the write latency (LPDDR4)
  std::int64_t DQS2DQ = 0;  ///< part of CWL: write data behind their strobe (LPDDR4)
  std::int64_t burst = 4;   ///< clocks that a burst holds the data bus: burst length / 2
};

/// Supply currents of one device in milliamperes, at VDD.
struct DramCurrents {
  bool known = false;
  double VDD = 0;    ///< volts
  double IDD0 = 0;   ///< one bank activated and precharged every tRC
  double IDD2P = 0;  ///< precharged power-down
  double IDD2N = 0;  ///< precharged standby
  double IDD3P = 0;  ///< active power-down
  double IDD3N = 0;  ///< active standby
  double IDD4R = 0;  ///< reading bursts back to back
  double IDD4W = 0;  ///< writing bursts back to back
  double IDD5 = 0;   ///< refreshing back to back (IDD5B, IDD5AB)
};

/// A DRAM device as a controller sees it; platforms/dram/*.yaml describe them.
struct DramDevice {
  std::string name;
  std::string standard;  ///< "DDR3", "DDR4", "LPDDR4", "HBM2"
  std::string source;    ///< where the numbers come from
  DramOrganisation organisation;
  DramTimings timing;
  DramCurrents currents;
  /// What a bit on the bus costs where no currents are known; 0: as the technology file says.
  EnergyPerBit access_energy;
  /// What is odd about the file though nothing contradicts it.
  std::vector<Diagnostic> warnings;
};

}  // namespace lacuna::memory
