// SPDX-License-Identifier: Apache-2.0
// Accesses from within ranks: the bandwidth they have, and what they share with the channel.
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "memory/dram_channel.h"
#include "memory/dram_device_file.h"
#include "support/port_checker.h"
#include "unit/memory/devices.h"

namespace lacuna {

namespace {

using memory::Clock;
using memory::DramRun;

memory::DramPolicies policies(memory::DramRefresh refresh = memory::DramRefresh::off) {
  memory::DramPolicies result;
  result.refresh = refresh;
  return result;
}

/// Sequential runs round the four bank groups, row by row, of one rank from inside or over the channel.
DramRun stream_run(std::uint32_t number, std::uint32_t rank, bool inside, std::uint32_t bank = 0) {
  DramRun run;
  run.first.rank = rank;
  run.first.bank = (bank + number / 8) % 4;
  run.first.row = number / 32;
  run.first.column = number % 8 * 16;
  run.lanes = 4;
  run.bursts = 64;
  run.visible = 1;
  run.inside = inside;
  return run;
}

/// 20 columns in each of four banks, one every 16 clocks: there is time for a precharge between.
DramRun spread_columns(bool inside) {
  DramRun run;
  run.lanes = 4;
  run.bursts = 80;
  run.visible = 1;
  run.inside = inside;
  return run;
}

struct Ports {
  bool channel;
  unsigned inside;  ///< ranks that are accessed from within
};

/// Clocks until all have had so many runs of 64 columns.
Clock clocks_for(const Ports& ports, std::uint32_t runs, unsigned ranks,
                 memory::CommandLog* log = nullptr) {
  memory::DramChannel channel(test::ddr4_set_u(), ranks, policies());
  channel.serve_ranks();
  channel.record(log);
  for (std::uint32_t i = 0; i < runs; ++i) {
    if (ports.channel) {
      channel.add(stream_run(i, 0, false));
    }
    for (unsigned rank = 0; rank < ports.inside; ++rank) {
      channel.add(stream_run(i, ranks - 1 - rank, true));
    }
  }
  Clock end = 0;
  for (Clock until = 1000; !channel.idle(); until += 1000) {
    REQUIRE(until < 10000000);
    channel.advance(until);
  }
  for (const memory::DramRunDone& done : channel.done()) {
    end = std::max(end, done.end_of_data);
  }
  return end;
}

using test::broken_rules;
using test::text_of;

}  // namespace

TEST_CASE("ranks have from within as many times the channel's bandwidth as there are ranks") {
  constexpr std::uint32_t runs = 200;
  const Clock channel = clocks_for({true, 0}, runs, 4);
  // A burst every four clocks.
  CHECK(static_cast<double>(channel) == Approx(runs * 64 * 4).epsilon(0.01));
  for (const unsigned ranks : {1U, 2U, 4U}) {
    // Each rank gets as much in the time that the channel takes for one.
    CHECK(static_cast<double>(clocks_for({false, ranks}, runs, 4)) ==
          Approx(static_cast<double>(channel)).epsilon(0.01));
  }
}

TEST_CASE("traffic of the channel and of other ranks do not see each other") {
  constexpr std::uint32_t runs = 100;
  const Clock alone = clocks_for({true, 0}, runs, 4);
  CHECK(clocks_for({true, 3}, runs, 4) <= alone + alone / 100);
  // In the same rank they share its data pins.
  CHECK(static_cast<double>(clocks_for({true, 1}, runs, 1)) ==
        Approx(2.0 * static_cast<double>(alone)).epsilon(0.03));
}

TEST_CASE("the idle latency from within is that of the device") {
  memory::DramChannel channel(test::ddr4_set_u(), 2, policies());
  channel.serve_ranks();
  DramRun run = stream_run(0, 1, true);
  run.bursts = 1;
  run.visible = 101;
  channel.add(run);
  channel.advance(1000);
  CHECK(channel.done().at(0).end_of_data - 100 == 37);
  run.visible = 1001;
  channel.add(run);
  channel.advance(2000);
  CHECK(channel.done().at(1).end_of_data - 1000 == 21);
  const auto counts = channel.counts(2000);
  CHECK(counts.inside_reads == 2);
  CHECK(counts.reads == 0);
  CHECK(counts.row_hits == 1);
  CHECK(counts.row_misses == 1);
}

TEST_CASE("neither port closes the other's row before its column") {
  memory::DramChannel channel(test::ddr4_set_u(), 1, policies());
  channel.serve_ranks();
  memory::CommandLog log;
  channel.record(&log);
  // Both want other rows of one bank all the time.
  std::uint32_t row = 0;
  for (int i = 0; i < 200; ++i) {
    DramRun run;
    run.first.row = row++;
    run.visible = 1;
    run.inside = i % 2 == 0;
    channel.add(run);
  }
  channel.advance(200 * 55 + 200);
  CHECK(channel.idle());
  CHECK(channel.counts(200 * 55 + 200).activates == 200);
}

TEST_CASE("a row that one port still has columns in is not closed for the other") {
  for (const bool first : {false, true}) {
    memory::DramChannel channel(test::ddr4_set_u(), 1, policies());
    channel.serve_ranks();
    channel.add(spread_columns(first));
    DramRun run;
    run.first.row = 1;
    run.visible = 5;
    run.inside = !first;
    channel.add(run);
    channel.advance(1000);
    CHECK(channel.idle());
    CHECK(channel.counts(1000).activates == 5);
  }
}

TEST_CASE("a row that is to be closed stays open for the columns that the rank has in it") {
  memory::DramPolicies closing = policies();
  closing.page_policy = memory::DramPagePolicy::closed;
  memory::DramChannel channel(test::ddr4_set_u(), 1, closing);
  channel.serve_ranks();
  channel.add(spread_columns(true));
  DramRun run;
  run.visible = 50;
  channel.add(run);
  channel.advance(1000);
  CHECK(channel.idle());
  CHECK(channel.counts(1000).activates == 4);
}

TEST_CASE("a stream within a rank does not keep the channel's access of the other direction off") {
  for (const bool write : {false, true}) {
    memory::DramChannel channel(test::ddr4_set_u(), 1, policies());
    channel.serve_ranks();
    constexpr std::uint32_t asked = 7;
    constexpr Clock begin = 6400;
    Clock answered = 0;
    // A little more than the rank can give: 17 bursts in 64 clocks.
    for (Clock now = 0; now < 20000; now += 64) {
      channel.advance(now);
      for (const memory::DramRunDone& done : channel.done()) {
        answered = done.id == asked ? done.end_of_data : answered;
      }
      channel.done().clear();
      DramRun run;
      run.lanes = 4;
      run.bursts = 17;
      run.visible = now + 1;
      run.inside = true;
      run.write = !write;
      channel.add(run);
      if (now == begin) {
        run = {};
        run.first.bank = 1;
        run.write = write;
        run.visible = now + 1;
        run.id = asked;
        channel.add(run);
      }
    }
    // The columns that wait before it, and its own access.
    CHECK(answered > begin);
    CHECK(answered < begin + 64 * 17 * 4 + 100);
  }
}

TEST_CASE("random accesses over both ports keep every rule") {
  for (const char* name : {"ddr4-2400-u", "ddr3-1600", "lpddr4-3200", "hbm2"}) {
    const memory::DramDevice device = memory::load_dram_device(name, {});
    for (const unsigned ranks : {1U, 2U, 4U}) {
      for (const auto page :
           {memory::DramPagePolicy::open, memory::DramPagePolicy::closed,
            memory::DramPagePolicy::open_adaptive, memory::DramPagePolicy::closed_adaptive}) {
        for (const auto kind : {memory::DramQueueKind::shared, memory::DramQueueKind::read_write}) {
          memory::DramPolicies p = policies(memory::DramRefresh::all_bank);
          p.page_policy = page;
          p.queue.kind = kind;
          p.queue.depth = 16;
          p.power_down = ranks == 2 ? memory::DramPowerDown::on : memory::DramPowerDown::off;
          p.scheduler.policy =
              ranks == 4 ? memory::DramScheduling::fr_fcfs_cap : memory::DramScheduling::fr_fcfs;
          p.scheduler.age_cap = 200;
          memory::DramChannel channel(device, ranks, p);
          channel.serve_ranks();
          memory::CommandLog log;
          channel.record(&log);
          std::mt19937 random(ranks);
          const auto below = [&](std::uint32_t n) {
            return static_cast<std::uint32_t>(random() % n);
          };
          Clock now = 0;
          while (log.size() < 5000) {
            DramRun run;
            run.first.rank = below(ranks);
            run.first.bank_group = below(device.organisation.bank_groups);
            run.first.bank = below(device.organisation.banks_per_group);
            run.first.row = below(3);
            run.first.column = below(device.organisation.bursts_per_row() / 2);
            run.write = below(3) == 0;
            run.lanes = below(2) == 0 ? device.organisation.bank_groups : 1;
            run.bursts = 1 + below(8);
            run.inside = below(3) != 0;
            run.priority = below(4) == 0 ? 1 : 0;
            if (below(60) == 0) {
              const Clock begun = now;
              while (!channel.idle() && now < begun + 1000000) {
                now = std::max(now, channel.earliest_drain()) + 1;
                channel.advance(now);
              }
              REQUIRE(channel.idle());
              now += below(3) == 0 ? below(20000) : below(100);
            }
            now += below(8);
            run.visible = now + 1;
            channel.advance(now);
            channel.add(run);
            channel.done().clear();
          }
          test::RefreshDuty duty;
          duty.mode = test::RefreshDuty::Mode::all_bank;
          duty.slack = 400;
          INFO(name << ", " << ranks << " ranks, " << name_of_value(page));
          CHECK(text_of(broken_rules(log, device, ranks, duty)) == "");
        }
      }
    }
  }
}

TEST_CASE("saturated ports of a rank keep every rule") {
  memory::CommandLog log;
  clocks_for({true, 4}, 100, 4, &log);
  REQUIRE(log.size() > 32000);
  CHECK(text_of(broken_rules(log, test::ddr4_set_u(), 4, {})) == "");
}

TEST_CASE("columns from within a rank come in the order of arrival where that is asked for") {
  for (const auto policy : {memory::DramScheduling::fr_fcfs, memory::DramScheduling::fcfs}) {
    memory::DramPolicies in_order = policies();
    in_order.rank_scheduler = policy;
    memory::DramChannel channel(test::ddr4_set_u(), 2, in_order);
    channel.serve_ranks();
    memory::CommandLog log;
    channel.record(&log);
    // Row 0, then row 1 of the same bank, then row 0 again.
    std::uint64_t number = 0;
    for (const std::uint32_t row : {0U, 1U, 0U}) {
      DramRun run;
      run.first.rank = 1;
      run.first.row = row;
      run.first.column = 4 * static_cast<std::uint32_t>(number);
      run.bursts = 4;
      run.visible = 1;
      run.inside = true;
      run.payload = ++number;
      channel.add(run);
    }
    for (Clock until = 1000; !channel.idle(); until += 1000) {
      REQUIRE(until < 100000);
      channel.advance(until);
    }
    std::vector<std::uint64_t> order;
    unsigned activates = 0;
    for (const memory::IssuedCommand& command : log) {
      activates += command.command == memory::DramCommand::activate;
      if (command.command == memory::DramCommand::read) {
        order.push_back(command.payload);
      }
    }
    const bool fcfs = policy == memory::DramScheduling::fcfs;
    CHECK(activates == (fcfs ? 3U : 2U));
    CHECK(order == (fcfs ? std::vector<std::uint64_t>{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}
                         : std::vector<std::uint64_t>{1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2, 2}));
    CHECK(text_of(broken_rules(log, test::ddr4_set_u(), 2, {})) == "");
  }
}

}  // namespace lacuna
