// SPDX-License-Identifier: Apache-2.0
#include "host/driver.h"

#include <memory>

#include <catch2/catch.hpp>

#include "memory/dram.h"
#include "memory/dram_device_file.h"
#include "noc/crossbar.h"
#include "unit/engine_modules/bench.h"
#include "unit/engine_modules/toy_accelerator.h"
#include "unit/engine_modules/toy_job.h"

namespace lacuna::host {

using test::ToyJob;

namespace {

constexpr std::uint64_t dram_base = 0;
constexpr std::uint64_t registers_base = 0x100000000;

/// An accelerator with its host and wires.
struct Site {
  test::ToyAccelerator accelerator;
  Driver host;
  sc_core::sc_signal<bool> line;

  Site(const std::string& name, std::uint64_t registers, test::Bench& bench,
       noc::Crossbar& crossbar, const HostParams& params = {})
      : accelerator(name.c_str(), test::toy_params(), false, bench.surroundings),
        host((name + "_host").c_str(), params, bench.surroundings) {
    for (tlm::Component* component :
         {static_cast<tlm::Component*>(&accelerator), static_cast<tlm::Component*>(&host)}) {
      component->initiators().at("memory").bind(crossbar.target);
      bench.watchdog.watch(*component);
    }
    accelerator.outputs().at("interrupt")->bind(line);
    host.inputs().at("interrupt")->bind(line);
    tlm::Region region;
    region.base = registers;
    region.size = 4096;
    region.target = name + ".control";
    crossbar.map(region, *accelerator.targets().at("control"));
    host.drive(name, registers);
  }
};

/// Crossbar and DRAM, and as many accelerators as a test puts beside them.
struct Setup : test::Bench {
  noc::Crossbar crossbar{"noc", noc::CrossbarParams(), surroundings};
  memory::Dram dram{"dram", memory::DramParams(), memory::load_dram_device("ddr3-1600", {}),
                    surroundings};

  Setup() {
    tlm::Region region;
    region.base = dram_base;
    region.size = 1 << 20;
    region.target = "dram";
    crossbar.map(region, dram.memory);
  }
};

/// A small matrix product; `number` moves it to another part of memory.
ToyJob product(std::uint32_t number = 0) {
  ToyJob toy;
  toy.seed = number + 1;
  toy.job.shape.in_width = 19;
  toy.job.shape.in_channels = 45;
  toy.job.shape.out_channels = 21;
  toy.job.mapping.array_rows = 8;
  toy.job.mapping.array_columns = 4;
  toy.job.mapping.tile_width = 7;
  toy.job.reordered_channels = true;
  return toy;
}

void load_into(Driver& host, ToyJob& toy) {
  std::vector<std::uint8_t> memory(ToyJob::memory_bytes);
  toy.lay_out(memory);
  // The descriptor is the driver's to write.
  std::fill_n(memory.begin() + ToyJob::descriptor_address, engine::job_descriptor_bytes,
              std::uint8_t{0});
  host.load(dram_base, memory);
}

bool outputs_are_right(Driver& host, const ToyJob& toy) {
  std::vector<std::uint8_t> outputs(toy.output_bytes());
  host.inspect(ToyJob::outputs_address, outputs);
  return outputs == toy.expected();
}

}  // namespace

TEST_CASE("a job goes from descriptor to interrupt, and its outputs are in memory") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  ToyJob toy = product();
  load_into(site.host, toy);
  site.host.submit(toy.job, ToyJob::descriptor_address);
  CHECK(site.host.jobs_waiting() == 1);
  setup.watchdog.run();

  const auto report = site.host.take_report();
  REQUIRE(report);
  CHECK(report->status == (engine::status_idle | engine::status_done));
  CHECK(report->fault == engine::JobFault::none);
  CHECK(report->job_cycles == setup.statistics.value("accelerator.controller.job_cycles"));
  CHECK(report->array_cycles == setup.statistics.value("accelerator.pe_array.cycles"));
  CHECK(report->job_cycles > report->array_cycles);
  CHECK(report->start == Time(0));
  // 1250 ps a clock; the host's own accesses come on top.
  CHECK((report->end - report->start).value() >
        static_cast<std::int64_t>(report->job_cycles * 1250));
  CHECK_FALSE(site.host.take_report());
  CHECK(outputs_are_right(site.host, toy));
  CHECK_FALSE(site.line.read());
  CHECK(site.host.waiting_for().empty());
  CHECK(setup.watchdog.outstanding() == 0);
  CHECK(setup.statistics.value("accelerator_host.jobs") == 1);
}

TEST_CASE("jobs are done in order, and hooks may load and look between them") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  std::vector<ToyJob> jobs;
  for (std::uint32_t i = 0; i < 4; ++i) {
    jobs.push_back(product(i));
    std::vector<std::uint8_t> memory(ToyJob::memory_bytes);
    jobs.back().lay_out(memory);  // fixes the addresses in the descriptor
    site.host.submit(jobs.back().job, ToyJob::descriptor_address);
  }
  std::vector<std::size_t> order;
  site.host.before_job = [&](std::size_t i) { load_into(site.host, jobs[i]); };
  site.host.after_job = [&](std::size_t i, const JobReport& report) {
    order.push_back(i);
    CHECK(report.status == (engine::status_idle | engine::status_done));
    CHECK(outputs_are_right(site.host, jobs[i]));
  };
  setup.watchdog.run();
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(setup.statistics.value("accelerator.controller.jobs") == 4);
  Time end(0);
  while (const auto report = site.host.take_report()) {
    CHECK(report->start >= end);
    end = report->end;
  }
}

TEST_CASE("the simulation may be run again for every job") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  for (std::uint32_t i = 0; i < 3; ++i) {
    ToyJob toy = product(i);
    load_into(site.host, toy);
    site.host.submit(toy.job, ToyJob::descriptor_address);
    setup.watchdog.run();
    CHECK(site.host.take_report());
    CHECK(outputs_are_right(site.host, toy));
  }
}

TEST_CASE("two accelerators with a host each work side by side on one memory") {
  Setup setup;
  Site first("first", registers_base, setup, setup.crossbar);
  Site second("second", registers_base + 4096, setup, setup.crossbar);
  // Same operands and same outputs, but descriptors of their own.
  ToyJob toy = product();
  load_into(first.host, toy);
  first.host.submit(toy.job, ToyJob::descriptor_address);
  second.host.submit(toy.job, ToyJob::descriptor_address + engine::job_descriptor_bytes);
  setup.watchdog.run();
  const auto a = first.host.take_report();
  const auto b = second.host.take_report();
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->start == b->start);
  CHECK(a->array_cycles == b->array_cycles);
  CHECK(outputs_are_right(first.host, toy));
}

TEST_CASE("a driver that needs time for itself starts its job later") {
  Setup setup;
  HostParams params;
  params.dispatch_time = 3_us;
  Site site("accelerator", registers_base, setup, setup.crossbar, params);
  ToyJob toy = product();
  load_into(site.host, toy);
  site.host.submit(toy.job, ToyJob::descriptor_address);
  setup.watchdog.run();
  const auto report = site.host.take_report();
  REQUIRE(report);
  CHECK((report->end - report->start).value() >
        3'000'000 + static_cast<std::int64_t>(report->job_cycles * 1250));
}

TEST_CASE("a descriptor address where nothing is ends the run and says who asked for what") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  ToyJob toy = product();
  load_into(site.host, toy);
  site.host.submit(toy.job, 0x40000000);
  CHECK_THROWS_WITH(setup.watchdog.run(),
                    "accelerator_host: writing 256 bytes at 0x40000000 for accelerator: "
                    "unmapped address");
}

TEST_CASE("registers that are not where they should be end the run and say where") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  site.host.drive("accelerator", registers_base + 0x800);
  ToyJob toy = product();
  load_into(site.host, toy);
  site.host.submit(toy.job, ToyJob::descriptor_address);
  CHECK_THROWS_WITH(setup.watchdog.run(),
                    "accelerator_host: writing 4 bytes at 0x10000080c for accelerator: "
                    "unmapped address");
}

TEST_CASE("an accelerator that reads from nowhere ends the run with the address") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  ToyJob toy = product();
  load_into(site.host, toy);
  toy.job.channel_scale_address = 0x50000000;
  site.host.submit(toy.job, ToyJob::descriptor_address);
  CHECK_THROWS_WITH(setup.watchdog.run(),
                    "accelerator.dma: reading 96 bytes of channel scales: unmapped address "
                    "0x50000000");
  CHECK_FALSE(site.host.take_report());
}

TEST_CASE("a host says whom it waits for") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  ToyJob toy = product();
  load_into(site.host, toy);
  site.host.submit(toy.job, ToyJob::descriptor_address);
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
  CHECK(site.host.waiting_for() == "accelerator to interrupt at the end of job 0");
  CHECK_FALSE(site.accelerator.waiting_for().empty());
}

TEST_CASE("bytes outside of memory cannot be loaded or inspected") {
  Setup setup;
  Site site("accelerator", registers_base, setup, setup.crossbar);
  setup.watchdog.run();
  std::vector<std::uint8_t> bytes(16);
  CHECK_THROWS_AS(site.host.load(0x40000000, bytes), Error);
  CHECK_THROWS_AS(site.host.inspect(0x40000000, bytes), Error);
  CHECK_NOTHROW(site.host.load(0, bytes));
}

}  // namespace lacuna::host
