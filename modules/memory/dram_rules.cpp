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
    case DramCommand::instruct:
      return "INS";
    case DramCommand::instruct_write:
      return "INSW";
    case DramCommand::instruct_read:
      return "INSR";
  }
  return "?";
}

namespace {

constexpr auto ACT = DramCommand::activate;
constexpr auto PRE = DramCommand::precharge;
constexpr auto PREA = DramCommand::precharge_all;
constexpr auto RD = DramCommand::read;
constexpr auto WR = DramCommand::write;
constexpr auto REF = DramCommand::refresh;
constexpr auto REFB = DramCommand::refresh_bank;
constexpr auto PDE = DramCommand::power_down_enter;
constexpr auto PDX = DramCommand::power_down_exit;
constexpr auto INS = DramCommand::instruct;
constexpr auto INSW = DramCommand::instruct_write;
constexpr auto INSR = DramCommand::instruct_read;
constexpr auto bank = DramScope::bank;
constexpr auto group = DramScope::bank_group;
constexpr auto rank = DramScope::rank;
constexpr auto others = DramScope::other_ranks;
constexpr auto bus = DramScope::bus;

using Rules = std::vector<DramRule>;

void add(Rules& rules, const Rules& more) {
  rules.insert(rules.end(), more.begin(), more.end());
}

/// Refreshes of single banks: as of all, but at the bank.
/// @param apart least distance of two such refreshes in a rank; @param neighbour of one and an activate of another bank
Rules bank_refresh_rules(const DramTimings& t, Clock apart, const char* apart_name, Clock neighbour,
                         const char* neighbour_name) {
  if (t.RFC_pb == 0) {
    return {};
  }
  return {
      {PRE, REFB, bank, t.RP, "tRP"},         {ACT, REFB, bank, t.RC, "tRC"},
      {ACT, REFB, rank, t.RRD_S, "tRRD_S"},   {REFB, ACT, bank, t.RFC_pb, "tRFCpb"},
      {REFB, REFB, bank, t.RFC_pb, "tRFCpb"}, {REFB, ACT, rank, neighbour, neighbour_name},
      {REFB, REFB, rank, apart, apart_name},  {REFB, REF, rank, t.RFC_pb, "tRFCpb"},
      {REF, REFB, rank, t.RFC, "tRFC"},
  };
}

/// JESD79-4 4.25 (the same in JESD79-3): what must have ended before CKE falls, tCKE, tXP.
Rules power_down_rules(const DramTimings& t) {
  const Clock least = t.CKE > 0 ? t.CKE : std::max<Clock>(3, (5000 + t.clock_ps - 1) / t.clock_ps);
  Rules rules{
      {ACT, PDE, rank, 1, "tACTPDEN"},
      {PRE, PDE, rank, 1, "tPRPDEN"},
      {RD, PDE, rank, t.CL + t.burst + 1, "CL + BL/2 + 1"},
      {WR, PDE, rank, t.CWL + t.burst + t.WR, "CWL + BL/2 + tWR"},
      // A rank that is refreshing is left alone until it has finished.
      {REF, PDE, rank, t.RFC, "tRFC"},
      {PDE, PDX, rank, least, "tCKE"},
      {PDX, PDE, rank, least, "tCKE"},
  };
  if (t.RFC_pb > 0) {
    rules.push_back({REFB, PDE, rank, t.RFC_pb, "tRFCpb"});
  }
  for (const DramCommand later : {ACT, PRE, RD, WR, REF, REFB}) {
    rules.push_back({PDX, later, rank, t.XP, "tXP"});
  }
  return rules;
}

/// Ranks share the data bus: between data of two there are tRTRS idle clocks, and two where the direction turns.
Rules rank_switch_rules(const DramTimings& t) {
  const Clock written = t.CWL + t.burst;
  return {
      {RD, RD, others, t.burst + t.RTRS, "BL/2 + tRTRS"},
      {WR, WR, others, t.burst + t.RTRS, "BL/2 + tRTRS"},
      {RD, WR, others, std::max<Clock>(1, t.CL + t.burst + std::max<Clock>(2, t.RTRS) - t.CWL),
       "CL + BL/2 + max(2, tRTRS) - CWL"},
      {WR, RD, others, std::max<Clock>(1, written + t.RTRS - t.CL), "CWL + BL/2 + tRTRS - CL"},
  };
}

/// Instructions take the data bus as columns of another bank group do, so that a controller turns it
/// around by the rules that it has. The logic takes them off the channel: devices see nothing.
/// @param columns rules among which those between columns are
Rules instruction_rules(const DramTimings& t, const Rules& columns) {
  const auto instruction = [](DramCommand column) { return column == RD ? INSR : INSW; };
  const auto is_column = [](DramCommand command) { return command == RD || command == WR; };
  Rules rules{
      {INS, PDE, rank, 1, "tPRPDEN"},
      {INSR, PDE, rank, t.CL + t.burst + 1, "CL + BL/2 + 1"},
      {INSW, PDE, rank, t.CWL + t.burst + 1, "CWL + BL/2 + 1"},
      {PDX, INS, rank, t.XP, "tXP"},
      {PDX, INSR, rank, t.XP, "tXP"},
      {PDX, INSW, rank, t.XP, "tXP"},
  };
  for (const DramRule& rule : columns) {
    if (!is_column(rule.earlier) || !is_column(rule.later) ||
        (rule.scope != rank && rule.scope != others)) {
      continue;
    }
    DramRule added = rule;
    added.scope = rule.scope == rank ? bus : others;
    added.later = instruction(rule.later);
    rules.push_back(added);
    added.earlier = instruction(rule.earlier);
    rules.push_back(added);
    added.later = rule.later;
    rules.push_back(added);
  }
  return rules;
}

/// What every standard says of a row's life, with its own time from write to precharge.
Rules row_rules(const DramTimings& t, Clock write_to_precharge, const char* name) {
  return {
      {ACT, ACT, bank, t.RC, "tRC"},
      {ACT, PRE, bank, t.RAS, "tRAS"},
      {PRE, ACT, bank, t.RP, "tRP"},
      {RD, PRE, bank, t.RTP, "tRTP"},
      {WR, PRE, bank, write_to_precharge, name},
      {PRE, REF, rank, t.RP, "tRP"},
      {REF, REF, rank, t.RFC, "tRFC"},
      {REF, ACT, rank, t.RFC, "tRFC"},
  };
}

}  // namespace

std::vector<DramRule> rules_for(const DramDevice& device) {
  if (device.standard == "LPDDR4") {
    return lpddr4_rules(device.timing);
  }
  if (device.standard == "HBM2") {
    return hbm2_rules(device.timing);
  }
  return ddr_rules(device.timing);
}

bool refreshes_banks_in_any_order(const DramDevice& device) {
  return device.standard == "LPDDR4";
}

std::vector<DramRule> ddr_rules(const DramTimings& t) {
  const Clock written = t.CWL + t.burst;  // write command to the end of its data
  // Two clocks between read and write data: the bus turns around and the write has a preamble.
  const Clock read_to_write = t.CL + t.burst + 2 - t.CWL;
  Rules rules{
      {ACT, RD, bank, t.RCD, "tRCD"},
      {ACT, WR, bank, t.RCD, "tRCD"},

      {ACT, ACT, group, t.RRD_L, "tRRD_L"},
      {RD, RD, group, t.CCD_L, "tCCD_L"},
      {WR, WR, group, t.CCD_L, "tCCD_L"},
      {WR, RD, group, written + t.WTR_L, "CWL + BL/2 + tWTR_L"},

      {ACT, ACT, rank, t.RRD_S, "tRRD_S"},
      {RD, RD, rank, t.CCD_S, "tCCD_S"},
      {WR, WR, rank, t.CCD_S, "tCCD_S"},
      {RD, WR, rank, read_to_write, "CL + BL/2 + 2 - CWL"},
      {WR, RD, rank, written + t.WTR_S, "CWL + BL/2 + tWTR_S"},
  };
  add(rules, row_rules(t, written + t.WR, "CWL + BL/2 + tWR"));
  add(rules, rank_switch_rules(t));
  add(rules, instruction_rules(t, rules));
  add(rules, bank_refresh_rules(t, t.RFC_pb, "tRFCpb", t.RRD_S, "tRRD_S"));
  add(rules, power_down_rules(t));
  return rules;
}

std::vector<DramRule> lpddr4_rules(const DramTimings& t) {
  constexpr Clock preamble = 2;  // tWPRE
  const Clock write_latency = t.CWL - t.DQSS - t.DQS2DQ;
  // Writes count one clock behind WL + BL/2: the latest tDQSS.
  const Clock written = write_latency + 1 + t.burst;
  Rules rules{
      {ACT, RD, bank, t.RCD, "tRCD"},
      {ACT, WR, bank, t.RCD, "tRCD"},
      {ACT, ACT, rank, t.RRD_S, "tRRD"},
      {RD, RD, rank, t.CCD_S, "tCCD"},
      {WR, WR, rank, t.CCD_S, "tCCD"},
      {RD, WR, rank, t.CL + t.burst + preamble - write_latency, "RL + tDQSCK + BL/2 + tWPRE - WL"},
      {WR, RD, rank, written + t.WTR_S, "WL + 1 + BL/2 + tWTR"},
      {PRE, PRE, rank, t.PPD, "tPPD"},
      {PRE, PREA, rank, t.PPD, "tPPD"},
      {PREA, PRE, rank, t.PPD, "tPPD"},
      {PREA, ACT, rank, t.RP_ab, "tRPab"},
      {PREA, REF, rank, t.RP_ab, "tRPab"},
      {PREA, REFB, rank, t.RP_ab, "tRPab"},
  };
  add(rules, row_rules(t, written + t.WR, "WL + 1 + BL/2 + tWR"));
  add(rules, rank_switch_rules(t));
  add(rules, bank_refresh_rules(t, t.RFC_pb, "tRFCpb", t.RRD_S, "tRRD"));
  add(rules, power_down_rules(t));
  return rules;
}

std::vector<DramRule> hbm2_rules(const DramTimings& t) {
  const Clock written = t.CWL + t.burst;
  Rules rules{
      {ACT, RD, bank, t.RCD, "tRCDRD"},
      {ACT, WR, bank, t.RCD_W, "tRCDWR"},

      {ACT, ACT, group, t.RRD_L, "tRRD_L"},
      {RD, RD, group, t.CCD_L, "tCCD_L"},
      {WR, WR, group, t.CCD_L, "tCCD_L"},
      {WR, RD, group, written + t.WTR_L, "WL + BL/2 + tWTR_L"},

      {ACT, ACT, rank, t.RRD_S, "tRRD_S"},
      {RD, RD, rank, t.CCD_S, "tCCD_S"},
      {WR, WR, rank, t.CCD_S, "tCCD_S"},
      {RD, WR, rank, t.RTW, "tRTW"},
      {WR, RD, rank, written + t.WTR_S, "WL + BL/2 + tWTR_S"},
  };
  add(rules, row_rules(t, written + t.WR, "WL + BL/2 + tWR"));
  add(rules, rank_switch_rules(t));
  add(rules, bank_refresh_rules(t, t.RREFD, "tRREFD", t.RREFD, "tRREFD"));
  add(rules, power_down_rules(t));
  return rules;
}

}  // namespace lacuna::memory
