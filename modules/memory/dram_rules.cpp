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
    case DramCommand::refresh_bank:
      return "REFB";
    case DramCommand::power_down_enter:
      return "PDE";
    case DramCommand::power_down_exit:
      return "PDX";
  }
  return "?";
}

namespace {

/// Refreshes of single banks: as of all, but at the bank; refreshes of a rank follow each other no
/// sooner than one bank takes.
void add_bank_refresh_rules(std::vector<DramRule>& rules, const DramTimings& t) {
  if (t.RFC_pb == 0) {
    return;
  }
  constexpr auto REFB = DramCommand::refresh_bank;
  constexpr auto REF = DramCommand::refresh;
  constexpr auto ACT = DramCommand::activate;
  constexpr auto bank = DramScope::bank;
  constexpr auto rank = DramScope::rank;
  rules.push_back({DramCommand::precharge, REFB, bank, t.RP, "tRP"});
  rules.push_back({ACT, REFB, bank, t.RC, "tRC"});
  rules.push_back({ACT, REFB, rank, t.RRD_S, "tRRD_S"});
  rules.push_back({REFB, ACT, bank, t.RFC_pb, "tRFCpb"});
  rules.push_back({REFB, ACT, rank, t.RRD_S, "tRRD_S"});
  rules.push_back({REFB, REFB, rank, t.RFC_pb, "tRFCpb"});
  rules.push_back({REFB, REF, rank, t.RFC_pb, "tRFCpb"});
  rules.push_back({REF, REFB, rank, t.RFC, "tRFC"});
}

/// JESD79-4 4.25 (the same in JESD79-3): what must have ended before CKE falls, tCKE, tXP.
void add_power_down_rules(std::vector<DramRule>& rules, const DramTimings& t) {
  constexpr auto PDE = DramCommand::power_down_enter;
  constexpr auto PDX = DramCommand::power_down_exit;
  constexpr auto rank = DramScope::rank;
  const Clock least = t.CKE > 0 ? t.CKE : std::max<Clock>(3, (5000 + t.clock_ps - 1) / t.clock_ps);
  rules.push_back({DramCommand::activate, PDE, rank, 1, "tACTPDEN"});
  rules.push_back({DramCommand::precharge, PDE, rank, 1, "tPRPDEN"});
  rules.push_back({DramCommand::read, PDE, rank, t.CL + t.burst + 1, "CL + BL/2 + 1"});
  rules.push_back({DramCommand::write, PDE, rank, t.CWL + t.burst + t.WR, "CWL + BL/2 + tWR"});
  // A rank that is refreshing is left alone until it has finished.
  rules.push_back({DramCommand::refresh, PDE, rank, t.RFC, "tRFC"});
  if (t.RFC_pb > 0) {
    rules.push_back({DramCommand::refresh_bank, PDE, rank, t.RFC_pb, "tRFCpb"});
  }
  rules.push_back({PDE, PDX, rank, least, "tCKE"});
  rules.push_back({PDX, PDE, rank, least, "tCKE"});
  for (const DramCommand later :
       {DramCommand::activate, DramCommand::precharge, DramCommand::read, DramCommand::write,
        DramCommand::refresh, DramCommand::refresh_bank}) {
    rules.push_back({PDX, later, rank, t.XP, "tXP"});
  }
}

}  // namespace

std::vector<DramRule> rules_for(const DramDevice& device) {
  return ddr_rules(device.timing);
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
  std::vector<DramRule> rules{
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
  add_bank_refresh_rules(rules, t);
  add_power_down_rules(rules, t);
  return rules;
}

}  // namespace lacuna::memory
