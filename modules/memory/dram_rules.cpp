// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_rules.h"

#include <algorithm>

namespace lacuna::memory {

std::string name_of(DramCommand command) {
  switch (command) {
    case DramCommand::activate:
      return "ACT";
    case DramCommand::precharge:
      return "PRE";
    case DramCommand::precharge_all:
      return "PREA";
    case DramCommand::read:
      return "RD";
    case DramCommand::write:
      return "WR";
    case DramCommand::refresh:
      return "REF";
  }
  return "?";
}

std::vector<DramRule> ddr_rules(const DramTimings& t) {
  constexpr auto ACT = DramCommand::activate;
  constexpr auto PRE = DramCommand::precharge;
  constexpr auto RD = DramCommand::read;
  constexpr auto WR = DramCommand::write;
  constexpr auto REF = DramCommand::refresh;
  constexpr auto bank = DramScope::bank;
  constexpr auto group = DramScope::bank_group;
  constexpr auto rank = DramScope::rank;
  constexpr auto others = DramScope::other_ranks;

  const Clock written = t.CWL + t.burst;  // write command to the end of its data
  // Two clocks between read and write data: the bus turns around and the write has a preamble.
  const Clock read_to_write = t.CL + t.burst + 2 - t.CWL;
  const Clock read_to_other_write = t.CL + t.burst + std::max<Clock>(2, t.RTRS) - t.CWL;
  const Clock write_to_other_read = std::max<Clock>(1, written + t.RTRS - t.CL);
  return {
      {ACT, ACT, bank, t.RC, "tRC"},
      {ACT, PRE, bank, t.RAS, "tRAS"},
      {ACT, RD, bank, t.RCD, "tRCD"},
      {ACT, WR, bank, t.RCD, "tRCD"},
      {PRE, ACT, bank, t.RP, "tRP"},
      {RD, PRE, bank, t.RTP, "tRTP"},
      {WR, PRE, bank, written + t.WR, "CWL + BL/2 + tWR"},

      {ACT, ACT, group, t.RRD_L, "tRRD_L"},
      {RD, RD, group, t.CCD_L, "tCCD_L"},
      {WR, WR, group, t.CCD_L, "tCCD_L"},
      {WR, RD, group, written + t.WTR_L, "CWL + BL/2 + tWTR_L"},

      {ACT, ACT, rank, t.RRD_S, "tRRD_S"},
      {RD, RD, rank, t.CCD_S, "tCCD_S"},
      {WR, WR, rank, t.CCD_S, "tCCD_S"},
      {RD, WR, rank, read_to_write, "CL + BL/2 + 2 - CWL"},
      {WR, RD, rank, written + t.WTR_S, "CWL + BL/2 + tWTR_S"},
      {PRE, REF, rank, t.RP, "tRP"},
      {REF, REF, rank, t.RFC, "tRFC"},
      {REF, ACT, rank, t.RFC, "tRFC"},

      {RD, RD, others, t.burst + t.RTRS, "BL/2 + tRTRS"},
      {WR, WR, others, t.burst + t.RTRS, "BL/2 + tRTRS"},
      {RD, WR, others, read_to_other_write, "CL + BL/2 + max(2, tRTRS) - CWL"},
      {WR, RD, others, write_to_other_read, "CWL + BL/2 + tRTRS - CL"},
  };
}

}  // namespace lacuna::memory
