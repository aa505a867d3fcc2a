// SPDX-License-Identifier: Apache-2.0
// The checker is only worth what it notices. Every rule of every standard's table is tried alone: two commands as close as
// the rule allows must pass, one clock closer must not. Then each kind of mistake is seeded by hand, and named.
#include "support/command_checker.h"

#include <catch2/catch.hpp>

#include "memory/dram_device_file.h"
#include "memory/dram_rules.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::CommandLog;
using memory::DramCommand;
using memory::DramDevice;
using memory::DramScope;
using memory::IssuedCommand;

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

IssuedCommand command(Clock clock, DramCommand what, std::uint32_t group = 0,
                      std::uint32_t bank = 0, std::uint32_t rank = 0) {
  IssuedCommand result;
  result.clock = clock;
  result.command = what;
  result.bank_group = group;
  result.bank = bank;
  result.rank = rank;
  result.row = memory::is_instruction(what) ? 1 : 0;
  return result;
}

bool needs_open_row(DramCommand what) {
  return what == RD || what == WR || what == PRE || what == PREA;
}

/// The two commands of a rule, `gap` clocks apart, after and between what makes them possible at all.
CommandLog scenario(const memory::DramRule& rule, const DramDevice& device, Clock gap) {
  const bool groups = device.organisation.bank_groups > 1;
  IssuedCommand first = command(0, rule.earlier);
  IssuedCommand second = command(gap, rule.later);
  switch (rule.scope) {
    case DramScope::bank:
      break;
    case DramScope::bank_group:
      second.bank = 1;
      break;
    case DramScope::rank:
    case DramScope::bus:
      second.bank_group = groups ? 1 : 0;
      second.bank = groups ? 0 : 1;
      break;
    case DramScope::other_ranks:
      second.rank = 1;
      break;
  }
  CommandLog log;
  const auto open = [&](const IssuedCommand& at, Clock clock) {
    log.push_back(command(clock, ACT, at.bank_group, at.bank, at.rank));
  };
  if (rule.earlier == PDX) {
    log.push_back(command(-500, PDE));
  }
  // Rows that stand open since long ago.
  if (needs_open_row(rule.earlier)) {
    open(first, -4000);
  }
  const bool elsewhere = rule.scope != DramScope::bank;
  if (needs_open_row(rule.later) && elsewhere) {
    open(second, -2000);
  }
  log.push_back(first);
  // Rules of a bank that skip a step in its life: activate, (precharge,) activate or refresh.
  if (rule.earlier == ACT && (rule.later == ACT || rule.later == REFB) && !elsewhere) {
    log.push_back(command(device.timing.RAS, PRE));
  }
  log.push_back(second);
  return log;
}

std::string text_of(const std::map<std::string, int>& broken) {
  std::string text;
  for (const auto& [rule, times] : broken) {
    text += rule + "; ";
  }
  return text;
}

void require_every_rule_exact(const DramDevice& device) {
  std::size_t tried = 0;
  for (const memory::DramRule& rule : memory::rules_for(device)) {
    INFO(device.standard << ": " << name_of(rule.earlier) << " to " << name_of(rule.later) << ", "
                         << rule.name << " = " << rule.clocks << " clocks");
    REQUIRE(rule.clocks >= 1);
    const auto kept = test::check_commands(scenario(rule, device, rule.clocks), device, 2, false);
    INFO("kept: " << text_of(kept));
    CHECK(kept.empty());
    const auto broken =
        test::check_commands(scenario(rule, device, rule.clocks - 1), device, 2, false);
    CHECK_FALSE(broken.empty());
    ++tried;
  }
  CHECK(tried > 25);
}

}  // namespace

TEST_CASE("the checker knows every rule of DDR4 to the clock") {
  require_every_rule_exact(memory::load_dram_device("ddr4-2400", {}));
}

TEST_CASE("the checker knows every rule of DDR3 to the clock") {
  require_every_rule_exact(memory::load_dram_device("ddr3-1600", {}));
}

TEST_CASE("the checker knows every rule of LPDDR4 to the clock") {
  require_every_rule_exact(memory::load_dram_device("lpddr4-3200", {}));
}

TEST_CASE("the checker knows every rule of HBM2 to the clock") {
  require_every_rule_exact(memory::load_dram_device("hbm2", {}));
}

namespace {

/// The distance that the device's rules ask for between two commands at a scope.
Clock ruled_distance(const std::vector<memory::DramRule>& rules, DramCommand earlier,
                     DramCommand later, DramScope scope) {
  // A PREA is a PRE of every bank.
  const bool all = earlier == PREA || later == PREA;
  Clock distance = 1;
  for (const memory::DramRule& rule : rules) {
    const bool first = rule.earlier == earlier || (earlier == PREA && rule.earlier == PRE);
    const bool second = rule.later == later || (later == PREA && rule.later == PRE);
    const bool others = scope == DramScope::other_ranks;
    const bool reaches = others
                             ? rule.scope == scope
                             : rule.scope != DramScope::other_ranks && (all || rule.scope >= scope);
    distance = first && second && reaches ? std::max(distance, rule.clocks) : distance;
  }
  return distance;
}

/// Every pair of commands that the checker allows at some distance is allowed at that of the rules: they lack none.
void require_rules_complete(const DramDevice& device) {
  const std::vector<memory::DramRule> rules = memory::rules_for(device);
  const Clock longest = device.timing.RFC + 10;
  int possible = 0;
  std::vector<DramCommand> all{ACT, PRE, PREA, RD, WR, REF, REFB, PDE, PDX};
  if (device.standard == "DDR3" || device.standard == "DDR4") {
    all.insert(all.end(), {INS, INSW, INSR});
  }
  for (const DramCommand earlier : all) {
    for (const DramCommand later : all) {
      if ((earlier == REFB || later == REFB) && device.timing.RFC_pb == 0) {
        continue;
      }
      for (const DramScope scope :
           {DramScope::bank, DramScope::bank_group, DramScope::rank, DramScope::other_ranks}) {
        const auto broken = [&](Clock gap) {
          const memory::DramRule pair{earlier, later, scope, gap, ""};
          return text_of(test::check_commands(scenario(pair, device, gap), device, 2, false));
        };
        const bool whole_rank = later == REF || later == PDE || later == PDX || earlier == REF ||
                                earlier == PDE || earlier == PDX;
        if (!broken(longest).empty() || (whole_rank && scope == DramScope::bank_group)) {
          continue;  // a column of a closed bank, say
        }
        ++possible;
        INFO(device.standard << ": " << name_of(earlier) << " to " << name_of(later) << ", scope "
                             << static_cast<int>(scope));
        CHECK(broken(ruled_distance(rules, earlier, later, scope)) == "");
      }
    }
  }
  CHECK(possible > 60);
}

}  // namespace

TEST_CASE("the rules of DDR3 and DDR4 lack none that the checker knows") {
  require_rules_complete(memory::load_dram_device("ddr4-2400", {}));
  require_rules_complete(memory::load_dram_device("ddr3-1600", {}));
}

TEST_CASE("the rules of LPDDR4 lack none that the checker knows") {
  require_rules_complete(memory::load_dram_device("lpddr4-3200", {}));
}

TEST_CASE("the rules of HBM2 lack none that the checker knows") {
  require_rules_complete(memory::load_dram_device("hbm2", {}));
}

namespace {

/// Must name the mistake; may say more of the same commands.
void require_named(const std::string& rule, const CommandLog& log, const DramDevice& device) {
  const auto broken = test::check_commands(log, device, 2, false);
  INFO("expected: " << rule << ", found: " << text_of(broken));
  CHECK(broken.count(rule) == 1);
}

}  // namespace

TEST_CASE("each mistake on DDR4 is named") {
  const DramDevice u = test::ddr4_set_u();
  require_named("tRC", {command(0, ACT), command(39, PRE), command(54, ACT)}, u);
  require_named("tRAS", {command(0, ACT), command(38, PRE)}, u);
  require_named("tRCD", {command(0, ACT), command(15, RD)}, u);
  require_named("tRCD", {command(0, ACT), command(15, WR)}, u);
  require_named("tRP", {command(0, ACT), command(100, PRE), command(115, ACT)}, u);
  require_named("tRP", {command(0, ACT), command(100, PREA), command(115, ACT)}, u);
  require_named("tRTP", {command(0, ACT), command(100, RD), command(108, PRE)}, u);
  require_named("tWR", {command(0, ACT), command(100, WR), command(133, PRE)}, u);
  require_named("tWR", {command(0, ACT), command(100, WR), command(133, PREA)}, u);
  require_named("tRRD_S", {command(0, ACT, 0), command(3, ACT, 1)}, u);
  require_named("tRRD_L", {command(0, ACT, 0, 0), command(5, ACT, 0, 1)}, u);
  require_named("tFAW",
                {command(0, ACT, 0), command(4, ACT, 1), command(8, ACT, 2), command(12, ACT, 3),
                 command(25, ACT, 0, 1)},
                u);
  const IssuedCommand a = command(-100, ACT, 0, 0);
  const IssuedCommand b = command(-90, ACT, 0, 1);
  const IssuedCommand c = command(-80, ACT, 1, 0);
  require_named("tCCD_S", {a, c, command(0, RD, 0), command(3, RD, 1)}, u);
  require_named("tCCD_L", {a, b, command(0, WR, 0, 0), command(5, WR, 0, 1)}, u);
  require_named("read to write", {a, c, command(0, RD, 0), command(9, WR, 1)}, u);
  require_named("tWTR_S", {a, c, command(0, WR, 0), command(18, RD, 1)}, u);
  require_named("tWTR_L", {a, b, command(0, WR, 0, 0), command(24, RD, 0, 1)}, u);
  require_named("tRTRS", {a, command(-70, ACT, 0, 0, 1), command(0, RD), command(4, RD, 0, 0, 1)},
                u);
  require_named("data bus collision",
                {a, command(-70, ACT, 0, 0, 1), command(0, RD), command(3, RD, 0, 0, 1)}, u);
  require_named("tRFC", {command(0, REF), command(419, ACT)}, u);
  require_named("tRFC", {command(0, REF), command(419, REF)}, u);
  require_named("tRP before refresh", {a, command(0, PRE), command(15, REF)}, u);
  require_named("two commands in one clock", {command(0, ACT), command(0, REF, 0, 0, 1)}, u);
  require_named("activate of an open bank", {a, command(0, ACT)}, u);
  require_named("column command to a closed row", {a, command(-50, PRE), command(0, RD)}, u);
  IssuedCommand other_row = command(0, RD);
  other_row.row = 1;
  require_named("column command to a closed row", {a, other_row}, u);
  require_named("refresh with an open bank", {a, command(0, REF)}, u);
}

TEST_CASE("each mistake with power-down is named") {
  const DramDevice u = test::ddr4_set_u();
  const IssuedCommand a = command(-100, ACT);
  require_named("command in power-down", {command(0, PDE), command(50, ACT)}, u);
  require_named("power-down within power-down", {command(0, PDE), command(50, PDE)}, u);
  require_named("exit from no power-down", {command(0, PDX)}, u);
  require_named("tCKE asleep", {command(0, PDE), command(6, PDX)}, u);
  require_named("tCKE awake", {command(0, PDE), command(50, PDX), command(56, PDE)}, u);
  require_named("tXP", {command(0, PDE), command(50, PDX), command(57, ACT)}, u);
  require_named("read data before power-down", {a, command(0, RD), command(20, PDE)}, u);
  require_named("tWR before power-down", {a, command(0, WR), command(33, PDE)}, u);
  require_named("refresh before power-down", {command(0, REF), command(419, PDE)}, u);
}

TEST_CASE("each mistake with instructions to logic beside the devices is named") {
  const DramDevice u = test::ddr4_set_u();
  const IssuedCommand a = command(-100, ACT);
  const auto to_all = [](Clock clock, DramCommand what) {
    IssuedCommand result = command(clock, what);
    result.rank = memory::every_rank;
    return result;
  };
  // Next to CL 16, CWL 12, BL/2 4, tWTR_S 3, tRTRS 1.
  require_named("read to write", {a, command(0, RD), command(9, INSW)}, u);
  require_named("read to write", {a, command(0, INSR), command(9, WR)}, u);
  require_named("tWTR_S", {a, command(0, WR), command(18, INSR)}, u);
  require_named("tWTR_S", {a, command(0, INSW), command(18, RD)}, u);
  require_named("tCCD_S", {a, command(0, INSW), command(3, WR)}, u);
  require_named("tCCD_S", {a, command(0, INSR), command(3, INSR)}, u);
  require_named("tRTRS", {a, command(0, RD), command(4, INSR, 0, 0, 1)}, u);
  require_named("tRTRS", {a, to_all(0, INSW), command(4, WR)}, u);
  require_named("bus turnaround", {a, command(0, RD), command(9, INSW, 0, 0, 1)}, u);
  require_named("two commands in one clock", {command(0, INS), command(0, ACT, 0, 0, 1)}, u);
  require_named("command in power-down", {command(0, PDE), command(50, INS)}, u);
  require_named("command in power-down", {command(0, PDE, 0, 0, 1), to_all(50, INSW)}, u);
  require_named("tXP", {command(0, PDE), command(50, PDX), command(57, INS)}, u);
  require_named("instruction's data before power-down", {command(0, INSR), command(20, PDE)}, u);
  require_named("instruction's data before power-down", {command(0, INSW), command(16, PDE)}, u);
  require_named("answer from several ranks", {to_all(0, INSR)}, u);
  const auto encoded = [](std::uint32_t encoding) {
    IssuedCommand result = command(0, INS);
    result.row = encoding;
    return result;
  };
  require_named("instruction that is a precharge", {encoded(0)}, u);
  require_named("instruction that is a precharge of all banks", {encoded(1U << 10 | 1U)}, u);
  require_named("instruction of more than 13 bits", {encoded(1U << 13)}, u);
  // It is none: the row stays open.
  CHECK(test::check_commands({a, command(0, INS), command(1, RD)}, u, 2, false).empty());
}

TEST_CASE("each mistake of LPDDR4's own is named") {
  const DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  const IssuedCommand a = command(-200, ACT, 0, 0);
  const IssuedCommand b = command(-180, ACT, 0, 1);
  require_named("tRPab", {a, command(0, PREA), command(33, ACT)}, device);
  require_named("tRPab before refresh", {a, command(0, PREA), command(33, REF)}, device);
  require_named("tRPab before refresh", {a, command(0, PREA), command(33, REFB)}, device);
  require_named("tPPD", {a, b, command(0, PRE, 0, 0), command(3, PRE, 0, 1)}, device);
  require_named("tRFCpb", {command(0, REFB), command(223, ACT)}, device);
  require_named("tRFCpb to another bank", {command(0, REFB), command(223, REFB, 0, 1)}, device);
  require_named("tRFCpb before refresh", {command(0, REFB), command(223, REF)}, device);
  require_named("tRRD after refresh", {command(0, REFB), command(15, ACT, 0, 1)}, device);
  require_named("tRRD before refresh", {command(0, ACT), command(15, REFB, 0, 1)}, device);
  require_named("tRP before refresh", {a, command(0, PRE), command(28, REFB)}, device);
  require_named("refresh of an open bank", {a, command(0, REFB)}, device);
  // RL 28 + tDQSCK 6 + BL/2 8 + tWPRE 2 - WL 14 = 30; WL 14 + 1 + BL/2 8 + tWTR 16 = 39; with tWR 29: 52.
  require_named("read to write", {a, command(0, RD), command(29, WR)}, device);
  require_named("tWTR_S", {a, command(0, WR), command(38, RD)}, device);
  require_named("tWR", {a, command(0, WR), command(51, PRE)}, device);
}

TEST_CASE("each mistake of HBM2's own is named") {
  const DramDevice device = memory::load_dram_device("hbm2", {});
  const IssuedCommand a = command(-100, ACT, 0, 0);
  require_named("tRCDWR", {command(0, ACT), command(5, WR)}, device);
  CHECK(test::check_commands({command(0, ACT), command(6, WR)}, device, 1, false).empty());
  require_named("tRCD", {command(0, ACT), command(11, RD)}, device);
  require_named("read to write", {a, command(0, RD), command(17, WR)}, device);
  require_named("tRREFD", {command(0, REFB, 0, 0), command(7, REFB, 1, 0)}, device);
  require_named("tRREFD", {command(0, REFB, 0, 0), command(7, ACT, 1, 0)}, device);
  require_named("tRFCpb", {command(0, REFB, 0, 0), command(95, REFB, 0, 0)}, device);
}

TEST_CASE("a refresh of one bank in every group is one of them all") {
  const DramDevice device = memory::load_dram_device("hbm2", {});
  const IssuedCommand same = command(0, REFB, memory::every_bank_group, 2);
  require_named("tRFCpb", {same, command(95, ACT, 5, 2)}, device);
  require_named("refresh of an open bank", {command(-100, ACT, 3, 2), same}, device);
  CHECK(test::check_commands({command(-100, ACT, 3, 1), same}, device, 1, false).empty());
}

namespace {

test::RefreshDuty duty_of(test::RefreshDuty::Mode mode) {
  test::RefreshDuty duty;
  duty.mode = mode;
  return duty;
}

/// Refreshes of all banks at these multiples of tREFI, in hundredths.
CommandLog refreshes_at(const DramDevice& device, const std::vector<int>& hundredths) {
  CommandLog log;
  for (const int at : hundredths) {
    log.push_back(command(device.timing.REFI * at / 100, REF));
  }
  return log;
}

}  // namespace

TEST_CASE("refreshes early, late, and missing are named") {
  const DramDevice u = test::ddr4_set_u();
  test::RefreshDuty duty = duty_of(test::RefreshDuty::Mode::all_bank);
  const auto found = [&](const std::vector<int>& hundredths) {
    return text_of(test::check_commands(refreshes_at(u, hundredths), u, 1, duty));
  };
  CHECK(found({100, 200, 300}).empty());
  CHECK(found({100, 199, 300}) == "refresh before it is due; ");
  CHECK(found({100, 203, 300}) == "refresh late; ");
  duty.end = u.timing.REFI * 5;
  CHECK(found({100, 200, 300}) == "refresh missing; ");
  duty.end = 0;
  duty.postpone = 2;
  CHECK(found({300, 305, 310, 600, 700}).empty());
  CHECK(found({303, 310, 315, 600, 700}) == "refresh late; ");
  duty.pull_in = 1;
  CHECK(found({1, 150, 220, 300, 400}).empty());
  CHECK(found({1, 90, 220, 300, 400}) == "refresh before it is due; ");
}

TEST_CASE("a column command to a rank that is due is named where it must not be") {
  const DramDevice u = test::ddr4_set_u();
  const Clock due = u.timing.REFI;
  const CommandLog log{command(due - 100, ACT), command(due, RD), command(due + 50, PRE),
                       command(due + 70, REF)};
  CHECK(text_of(test::check_commands(log, u, 1, true)) == "column command when a refresh is due; ");
  CHECK(test::check_commands(log, u, 1, duty_of(test::RefreshDuty::Mode::all_bank)).empty());
}

TEST_CASE("a bank that refreshes leave out is named") {
  const DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  CommandLog log;
  for (std::uint32_t i = 0; i < 32; ++i) {
    log.push_back(command(device.timing.REFI_pb * (i + 1), REFB, 0, i % 8));
  }
  const auto duty = duty_of(test::RefreshDuty::Mode::per_bank);
  CHECK(test::check_commands(log, device, 1, duty).empty());
  log[8].bank = 1;
  log[16].bank = 1;
  CHECK(text_of(test::check_commands(log, device, 1, duty)) == "banks refreshed unequally often; ");
}

TEST_CASE("banks may be refreshed in any order, each once in a round of all") {
  const DramDevice device = memory::load_dram_device("lpddr4-3200", {});
  CommandLog log;
  for (std::uint32_t i = 0; i < 32; ++i) {
    log.push_back(command(device.timing.REFI_pb * (i + 1), REFB, 0, (5 * i + i / 8) % 8));
  }
  const auto duty = duty_of(test::RefreshDuty::Mode::per_bank);
  CHECK(test::check_commands(log, device, 1, duty).empty());
  // Twice in the second round, then twice in the third what was left out: as often as all, in the end.
  std::swap(log[9].bank, log[18].bank);
  REQUIRE(log[9].bank != log[18].bank);
  CHECK(text_of(test::check_commands(log, device, 1, duty)) == "banks refreshed unequally often; ");
}

}  // namespace lacuna
