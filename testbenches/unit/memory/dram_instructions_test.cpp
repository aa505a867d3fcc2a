// SPDX-License-Identifier: Apache-2.0
// Instructions to logic beside the devices, in reserved encodings of PRECHARGE: from accesses of an initiator, over the
// channel among ordinary commands, to whom they concern.
#include <memory>

#include <catch2/catch.hpp>

#include "memory/command_trace.h"
#include "memory/dram.h"
#include "support/command_checker.h"
#include "support/temporary_file.h"
#include "unit/memory/devices.h"
#include "unit/memory/policy_choices.h"
#include "unit/tlm/bench.h"
#include "unit/tlm/player.h"

namespace lacuna {

namespace {

using memory::DramCommand;
using test::Access;
using test::Player;

constexpr std::uint64_t window_base = std::uint64_t{16} << 30;  // behind two ranks of 8 GiB
constexpr std::int64_t clock_ps = 833;

/// Writes down what it hears, and answers with the number of the call.
class Recorder final : public tlm::Component, public memory::RankLogic {
 public:
  explicit Recorder(const sc_core::sc_module_name& name) : Component(name) {
    use_interface("rank", rank_);
  }
  struct Heard {
    std::int64_t at;
    std::uint32_t encoding;
    bool broadcast;
    std::vector<std::uint8_t> data;
  };
  void receive(const memory::RankInstruction& instruction, Span<const std::uint8_t> data) override {
    heard.push_back({tlm::now().value(),
                     instruction.encoding,
                     instruction.broadcast,
                     {data.begin(), data.end()}});
  }
  void answer(const memory::RankInstruction& instruction, Span<std::uint8_t> data) override {
    receive(instruction, {});
    std::fill(data.begin(), data.end(), static_cast<std::uint8_t>(heard.size()));
  }
  std::vector<Heard> heard;

 private:
  void end_of_elaboration() override { rank_->attach(*this); }
  memory::RankInstructions* rank_ = nullptr;
};

memory::DramParams with_window() {
  memory::DramParams params;
  params.ranks = 2;
  params.address_map = Node::make_scalar("rank row bank column bankgroup");
  params.refresh = memory::DramRefresh::off;
  params.energy = memory::DramEnergyRule::currents;
  params.io_energy = EnergyPerBit(5.5);
  params.instruction_window = Bytes(window_base);
  return params;
}

Access access(std::int64_t at, bool write, std::uint64_t address, std::size_t bytes,
              std::uint8_t fill = 0) {
  Access result;
  result.at = at;
  result.write = write;
  result.address = address;
  result.bytes = bytes;
  result.fill = fill;
  return result;
}

const memory::DramInstructionWindow& window() {
  static const memory::DramInstructionWindow result(window_base, 1, 2,
                                                    test::ddr4_set_u().organisation);
  return result;
}

Access to_rank(std::int64_t at, bool write, std::uint32_t rank, std::uint32_t encoding,
               std::uint8_t fill = 0, bool data = true) {
  return access(at, write, window().address_of(0, rank, encoding, data), 8, fill);
}

struct System {
  System(const memory::DramParams& params, std::vector<Access> accesses)
      : dram("dram", params, test::ddr4_set_u(), bench.surroundings),
        host("host", std::move(accesses)),
        near0("near0"),
        near1("near1") {
    host.initiators().at("memory").bind(*dram.targets().at("memory"));
    near0.interface_users().at("rank").bind(dram.interfaces().at("rank_instructions0").pointer);
    near1.interface_users().at("rank").bind(dram.interfaces().at("rank_instructions1").pointer);
  }
  void run() {
    sc_core::sc_start();
    dram.settle();
    CHECK(host.finished());
    CHECK(host.protocol_errors == 0);
  }

  test::Bench bench;
  memory::Dram dram;
  Player host;
  Recorder near0;
  Recorder near1;
};

constexpr std::int64_t far_apart = clock_ps * 1000;

}  // namespace

TEST_CASE("an instruction arrives and is answered to the clock") {
  System s(with_window(), {to_rank(0, true, 0, 3, 7), to_rank(far_apart, true, 1, 5, 0, false),
                           to_rank(2 * far_apart, false, 0, 4)});
  s.run();
  // Seen at clock 1. Data CWL 12 later, four clocks long.
  REQUIRE(s.near0.heard.size() == 2);
  CHECK(s.near0.heard[0].at == clock_ps * (1 + 12 + 4));
  CHECK(s.near0.heard[0].encoding == 3);
  CHECK(s.near0.heard[0].data == std::vector<std::uint8_t>(8, 7));
  CHECK(s.host.accesses[0].responded == clock_ps * (1 + 12 + 4));
  // Without data: the command's own clock.
  REQUIRE(s.near1.heard.size() == 1);
  CHECK(s.near1.heard[0].at == far_apart + clock_ps * 2);
  CHECK(s.near1.heard[0].data.empty());
  CHECK(s.host.accesses[1].responded == far_apart + clock_ps * 2);
  // An answer is due CL 16 after the command.
  CHECK(s.near0.heard[1].at == 2 * far_apart + clock_ps * (1 + 16));
  CHECK(s.host.accesses[2].responded == 2 * far_apart + clock_ps * (1 + 16 + 4));
  CHECK(s.host.accesses[2].data == std::vector<std::uint8_t>(8, 2));
  CHECK(s.bench.value("dram.instructions") == 3);
  CHECK(s.bench.value("dram.instruction_reads") == 1);
  CHECK(s.bench.value("dram.instruction_beats") == 2);
  CHECK(s.bench.value("dram.reads") + s.bench.value("dram.writes") == 0);
  CHECK(s.bench.value("dram.busy_ns") == clock_ps * 2 * 4 / 1000);
  // 13 bits of address each, and two beats of 64 bits.
  CHECK(s.bench.events("dram.io") == 3 * 13 + 2 * 64);
  CHECK(s.bench.events("dram.activate") + s.bench.value("dram.precharges") == 0);
}

TEST_CASE(
    "an instruction leaves rows open and fits between columns as a column of another bank group "
    "does") {
  const test::TemporaryFile file;
  memory::DramParams params = with_window();
  params.command_trace = file.path();
  // ACT at 1, RD at 17; then at clocks 101 a RD of the row, an answer, an instruction with data, a RD.
  System s(params, {access(0, false, 0, 64), access(clock_ps * 100, false, 256, 64),
                    to_rank(clock_ps * 100, false, 0, 1), to_rank(clock_ps * 100, true, 0, 2, 9),
                    access(clock_ps * 101, false, 512, 64)});
  s.run();
  Summary summary;
  s.dram.summarise(summary);
  memory::CommandTraceReader reader(file.path());
  std::string told;
  for (memory::TracedCommand traced; reader.next(traced);) {
    told += name_of(traced.command.command) + " " + std::to_string(traced.command.clock) + "; ";
  }
  // tCCD_S 4 after the read; CL 16 + 4 + 2 - CWL 12 = 10 to the turn; CWL 12 + 4 + tWTR_S 3 back.
  CHECK(told == "ACT 1; RD 17; RD 101; INSR 105; INSW 115; RD 134; ");
  CHECK(s.bench.value("dram.row_hits") == 2);
  CHECK(s.bench.value("dram.precharges") == 0);
}

TEST_CASE("instructions among reads and writes all arrive, in order, and break no rule") {
  const test::TemporaryFile file;
  memory::DramParams params = with_window();
  params.command_trace = file.path();
  params.refresh = memory::DramRefresh::all_bank;
  params.power_down = memory::DramPowerDown::on;
  params.power_down_idle = 16;
  std::mt19937 random(11);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  std::vector<Access> accesses;
  std::vector<std::vector<std::uint32_t>> sent(2);
  std::int64_t at = 0;
  for (std::uint32_t i = 0; i < 6000; ++i) {
    at += below(50) == 0 ? clock_ps * below(400) : clock_ps * below(8);
    if (below(3) != 0) {
      accesses.push_back(access(
          at, below(3) == 0, std::uint64_t{below(2)} << 33 | below(1 << 20) * 64, 64 << below(4)));
      continue;
    }
    const std::uint32_t encoding = 1 + i % 1000;
    const std::uint32_t kind = below(4);
    const std::uint32_t rank = kind == 3 ? memory::every_rank : below(2);
    accesses.push_back(to_rank(at, kind != 0, rank, encoding, std::uint8_t(i), kind != 1));
    for (std::uint32_t r = 0; r < 2; ++r) {
      if (rank == r || rank == memory::every_rank) {
        sent[r].push_back(encoding);
      }
    }
  }
  System s(params, accesses);
  s.run();
  for (const auto* near : {&s.near0, &s.near1}) {
    std::vector<std::uint32_t> heard;
    std::int64_t last = 0;
    for (const Recorder::Heard& each : near->heard) {
      heard.push_back(each.encoding);
      CHECK(each.at >= last);
      last = each.at;
    }
    CHECK(heard == sent[near == &s.near0 ? 0 : 1]);
  }
  for (const Access& each : s.host.accesses) {
    CHECK(each.status == ::tlm::TLM_OK_RESPONSE);
  }
  Summary summary;
  s.dram.summarise(summary);
  memory::CommandTraceReader reader(file.path());
  memory::CommandLog log;
  for (memory::TracedCommand traced; reader.next(traced);) {
    log.push_back(traced.command);
  }
  test::RefreshDuty duty;
  duty.mode = test::RefreshDuty::Mode::all_bank;
  CHECK(test::check_commands(log, test::ddr4_set_u(), 2, duty).empty());
}

TEST_CASE("what is no instruction is refused, and does not reach anybody") {
  System s(with_window(),
           {to_rank(0, true, 0, 0), to_rank(0, true, 1, 1U << 10 | 1U),
            to_rank(0, false, 0, 1, 0, false), to_rank(0, false, memory::every_rank, 1),
            access(0, true, window().address_of(0, 0, 1) + 8, 8),
            access(0, true, window().address_of(0, 0, 1), 65),
            access(0, true, window_base + window().bytes(), 8)});
  s.host.accesses.push_back(to_rank(0, true, 0, 1));
  s.host.accesses.back().enables = {0xff, 0};
  s.run();
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(s.host.accesses[i].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  CHECK(s.host.accesses[7].status == ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  CHECK(s.near0.heard.empty());
  CHECK(s.near1.heard.empty());
  CHECK(s.bench.value("dram.errors") == 8);
}

TEST_CASE("an instruction to all ranks takes the buses once and reaches each") {
  System s(with_window(), {to_rank(0, true, memory::every_rank, 6, 3)});
  s.run();
  for (const auto* near : {&s.near0, &s.near1}) {
    REQUIRE(near->heard.size() == 1);
    CHECK(near->heard[0].at == clock_ps * 17);
    CHECK(near->heard[0].broadcast);
  }
  CHECK(s.bench.value("dram.instructions") == 1);
  CHECK(s.bench.value("dram.instruction_beats") == 1);
}

TEST_CASE("neither a stream of columns nor one of instructions keeps the other off") {
  memory::DramPolicies policies;
  policies.refresh = memory::DramRefresh::off;
  memory::DramChannel channel(test::ddr4_set_u(), 1, policies);
  memory::CommandLog log;
  channel.record(&log);
  memory::DramRun run;
  memory::DramInstruction instruction;
  instruction.encoding = 1;
  // Reads of the open row at every fourth clock, instructions with data at every fourth: twice what the bus takes.
  for (memory::Clock now = 1; now < 4000; now += 4) {
    channel.advance(now);
    run.visible = now;
    run.first.bank_group = static_cast<std::uint32_t>(now / 4 % 4);
    channel.add(run);
    instruction.visible = now;
    instruction.command = DramCommand::instruct_write;
    channel.add(instruction);
  }
  channel.advance(4000);
  std::size_t reads = 0;
  std::size_t instructions = 0;
  for (const memory::IssuedCommand& command : log) {
    reads += command.command == DramCommand::read ? 1 : 0;
    instructions += command.command == DramCommand::instruct_write ? 1 : 0;
  }
  // In the order of age, which a read gets when there is room for it in the queue. One of each takes 29 clocks, CL + BL/2 +
  // 2 - CWL and CWL + BL/2 + tWTR_S, in which seven more instructions arrive: as many times 4 clocks.
  CHECK(reads > 4000 / (29 + 7 * 4) - 5);
  CHECK(instructions > 4000 / 29 - 5);
}

TEST_CASE("random instructions among random columns keep every rule under all policies") {
  std::string text;
  std::uint32_t seed = 0;
  for (const test::PolicyChoice& choice : test::pairwise_choices()) {
    const test::NamedPolicies named = test::named(choice);
    const memory::DramDevice device = memory::load_dram_device(named.device, {});
    if (device.standard != "DDR3" && device.standard != "DDR4") {
      continue;
    }
    test::CommandChecker checker(device, named.ranks, named.duty);
    std::size_t instructions = 0;
    test::for_random_commands(
        device, named.ranks, named.policies, 20000, ++seed,
        [&](const memory::CommandLog& log) {
          for (const memory::IssuedCommand& command : log) {
            checker.add(command);
            instructions += is_instruction(command.command) ? 1 : 0;
          }
        },
        true);
    for (const auto& [rule, times] : checker.finish()) {
      text += named.name + ": " + rule + " broken " + std::to_string(times) + " times\n";
    }
    CHECK(instructions > 1000);
  }
  CHECK(text == "");
}

TEST_CASE(
    "a rank that its logic owns is closed to the channel, and changes hands with rows closed") {
  memory::DramParams params = with_window();
  constexpr std::uint64_t rank1 = std::uint64_t{8} << 30;
  System s(params, {access(0, true, 0, 64, 1), access(far_apart, true, 64, 64, 2),
                    access(2 * far_apart, true, rank1, 64, 3),
                    access(3 * far_apart, false, rank1 - 64, 128),
                    to_rank(4 * far_apart, true, 0, 3), access(6 * far_apart, false, 0, 64)});
  memory::CommandLog log;
  s.dram.controller()->channel(0).record(&log);
  sc_core::sc_start(tlm::to_sc_time(Time(far_apart / 2)));
  s.dram.rank_instructions(0).own(true);
  sc_core::sc_start(tlm::to_sc_time(Time(5 * far_apart)));
  s.dram.rank_instructions(0).own(false);
  s.run();
  CHECK(s.host.accesses[0].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(s.host.accesses[1].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(s.host.accesses[2].status == ::tlm::TLM_OK_RESPONSE);
  CHECK(s.host.accesses[3].status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);  // in part
  CHECK(s.host.accesses[4].status == ::tlm::TLM_OK_RESPONSE);             // an instruction
  CHECK(s.host.accesses[5].data == std::vector<std::uint8_t>(64, 1));
  // The first write opened a row, which the next owner could not know.
  std::vector<DramCommand> of_rank0;
  for (const memory::IssuedCommand& command : log) {
    if (command.rank == 0 && !memory::is_instruction(command.command)) {
      of_rank0.push_back(command.command);
    }
  }
  CHECK(of_rank0 == std::vector<DramCommand>{DramCommand::activate, DramCommand::write,
                                             DramCommand::precharge, DramCommand::activate,
                                             DramCommand::read});
}

}  // namespace lacuna
