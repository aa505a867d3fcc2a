// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "unit/engine_modules/pipeline_setup.h"

namespace lacuna::engine {

using test::Bench;
using test::convolution;
using test::gemm;
using test::latency_of;
using test::Processor;
using test::Setup;
using test::TestMemory;
using test::ToyAccelerator;
using test::ToyJob;

namespace {

void run_and_compare(ToyJob& toy, const TilePipelineParams& params = test::toy_params(),
                     bool clocked = false) {
  Setup setup(params, clocked);
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.processor.done == 1);
  CHECK(setup.outputs(toy) == toy.expected());
  CHECK(setup.memory.protocol_errors == 0);
  CHECK(setup.accelerator.pipeline.waiting_for().empty());

  const std::size_t steps = tile_steps(toy.job.shape, toy.job.mapping).size();
  CHECK(setup.value("pe_array.tiles") == steps);
  CHECK(setup.value("pe_array.effective_macs") == toy.job.shape.macs());
  CHECK(setup.value("controller.jobs") == 1);
  CHECK(setup.processor.cycles == setup.value("controller.job_cycles"));
  CHECK(setup.processor.array_cycles == setup.value("pe_array.cycles"));
  const TileJob& job = *setup.accelerator.pipeline.job();
  CHECK(job.trace.size() == steps);
  std::uint64_t traced = 0;
  for (const TileTrace& tile : job.trace) {
    traced += tile.busy + tile.wait_in + tile.wait_out;
  }
  // The array works or waits from the doorbell until its last tile; the last store follows.
  CHECK(traced < job.record.cycles);
  CHECK(setup.value("dma.bytes_written") == toy.output_bytes());
}

}  // namespace

TEST_CASE("a convolution runs from memory to memory, channels outside, in chunks") {
  ToyJob toy = convolution();
  toy.job.mapping.layout = ActivationLayout::matrix;
  run_and_compare(toy);
}
TEST_CASE("a convolution runs from memory to memory, positions outside, in chunks") {
  ToyJob toy = convolution();
  toy.job.mapping.order = LoopOrder::positions_outer;
  run_and_compare(toy);
}
TEST_CASE("a clocked array gives the same outputs") {
  ToyJob toy = convolution();
  toy.job.mapping.order = LoopOrder::positions_outer;
  toy.job.mapping.layout = ActivationLayout::matrix;
  run_and_compare(toy, test::toy_params(), true);
}
TEST_CASE("a convolution in one chunk needs no partial sums") {
  ToyJob toy = convolution();
  toy.job.mapping.groups_per_chunk = 100;
  toy.job.shape.dilation_height = 2;
  toy.job.shape.pad_top = 3;
  run_and_compare(toy);
}
TEST_CASE("reordered channels return to their places, channels outside") {
  ToyJob toy = convolution();
  toy.job.reordered_channels = true;
  toy.job.output = OutputType::int8;
  toy.job.requantize = true;
  toy.job.relu = true;
  run_and_compare(toy);
}
TEST_CASE("reordered channels return to their places, positions outside") {
  ToyJob toy = convolution();
  toy.job.reordered_channels = true;
  toy.job.output = OutputType::int16;
  toy.job.requantize = true;
  toy.job.mapping.order = LoopOrder::positions_outer;
  run_and_compare(toy);
}
TEST_CASE("convolution groups share nothing") {
  ToyJob toy = convolution();
  toy.job.shape.groups = 3;
  toy.job.shape.in_channels = 21;
  toy.job.shape.out_channels = 36;
  toy.job.reordered_channels = true;
  toy.metadata_bytes = 100;
  run_and_compare(toy);
}
TEST_CASE("convolution groups share nothing, positions outside, gathered") {
  ToyJob toy = convolution();
  toy.job.shape.groups = 3;
  toy.job.shape.out_channels = 36;
  toy.job.mapping.order = LoopOrder::positions_outer;
  toy.job.mapping.layout = ActivationLayout::matrix;
  toy.job.output = OutputType::uint8;
  toy.job.requantize = true;
  run_and_compare(toy);
}
TEST_CASE("a matrix product runs from memory to memory") {
  ToyJob toy = gemm();
  toy.job.signed_activations = true;
  run_and_compare(toy);
}
TEST_CASE("a matrix product of one row in many chunks fetches the tile table again and again") {
  ToyJob toy = gemm();
  toy.job.shape.in_width = 1;
  toy.job.shape.in_channels = 1100;
  toy.job.shape.out_channels = 79;
  toy.job.mapping.tile_width = 1;
  run_and_compare(toy);  // 10 channel tiles of 35 chunks: more entries than one burst brings
}
TEST_CASE("weights of run time come as rows of channels") {
  ToyJob toy = gemm();
  toy.job.shape.groups = 5;
  toy.job.shape.out_channels = 65;
  toy.job.weight_source = WeightSource::dynamic;
  toy.job.signed_activations = true;
  run_and_compare(toy);
}
TEST_CASE("weights of run time come as rows of elements") {
  ToyJob toy = gemm();
  toy.job.shape.groups = 5;
  toy.job.shape.out_channels = 65;
  toy.job.weight_source = WeightSource::dynamic_transposed;
  toy.job.mapping.order = LoopOrder::positions_outer;
  run_and_compare(toy);
}

namespace {

/// A random job that fits the toy's buffers.
ToyJob random_job(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto pick = [&](unsigned low, unsigned high) {
    return std::uniform_int_distribution<unsigned>(low, high)(random);
  };
  ToyJob toy;
  workload::LayerShape& shape = toy.job.shape;
  shape.groups = pick(0, 2) == 0 ? 2 : 1;
  shape.batch = pick(1, 2);
  shape.in_channels = shape.groups * pick(1, 20);
  shape.out_channels = shape.groups * pick(1, 40);
  shape.in_height = pick(1, 9);
  shape.in_width = pick(1, 9);
  shape.kernel_height = pick(1, std::min(3u, shape.in_height));
  shape.kernel_width = pick(1, std::min(3u, shape.in_width));
  shape.stride_height = pick(1, 3);
  shape.stride_width = pick(1, 3);
  shape.pad_top = pick(0, shape.kernel_height - 1);
  shape.pad_bottom = pick(0, shape.kernel_height - 1);
  shape.pad_left = pick(0, shape.kernel_width - 1);
  shape.pad_right = pick(0, shape.kernel_width - 1);
  Mapping& mapping = toy.job.mapping;
  mapping.array_rows = pick(0, 1) == 0 ? 8 : 32;
  mapping.array_columns = 4;
  mapping.blocks_per_tile = pick(1, 3);
  mapping.tile_height = pick(1, 4);
  mapping.tile_width = pick(1, 6);
  mapping.groups_per_chunk = pick(1, 4);
  mapping.order = pick(0, 1) == 0 ? LoopOrder::channels_outer : LoopOrder::positions_outer;
  mapping.layout = pick(0, 1) == 0 ? ActivationLayout::region : ActivationLayout::matrix;
  mapping.spread = pick(0, 1) == 0 ? PositionSpread::any : PositionSpread::width;
  toy.job.output = static_cast<OutputType>(pick(0, 3));
  toy.job.requantize = toy.job.output != OutputType::int32 || pick(0, 1) == 0;
  toy.job.relu = pick(0, 1) == 0;
  toy.job.signed_activations = pick(0, 1) == 0;
  toy.job.reordered_channels = pick(0, 1) == 0;
  toy.metadata_bytes = pick(0, 1) == 0 ? 0 : pick(1, 512);
  toy.seed = seed;
  return toy;
}

}  // namespace

TEST_CASE("forty random jobs in a row") {
  Setup setup;
  std::vector<ToyJob> jobs;
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    jobs.push_back(random_job(seed));
  }
  std::size_t wrong = 0;
  setup.processor.jobs = static_cast<unsigned>(jobs.size());
  setup.processor.before_job = [&](unsigned i) { jobs[i].lay_out(setup.memory.bytes); };
  setup.processor.after_job = [&](unsigned i) {
    const bool right = setup.outputs(jobs[i]) == jobs[i].expected();
    INFO("job " << i);
    CHECK(right);
    wrong += right ? 0 : 1;
  };
  setup.watchdog.run();
  CHECK(setup.processor.done == jobs.size());
  CHECK(wrong == 0);
  CHECK(setup.memory.protocol_errors == 0);
}

TEST_CASE("nothing takes time but the array when memory is ideal and overheads do not count") {
  TilePipelineParams params = test::toy_params();
  params.count.overheads = false;
  params.count.metadata = false;
  Setup setup(params, false, latency_of(0, 0));
  ToyJob toy = convolution();
  toy.job.reordered_channels = true;
  toy.metadata_bytes = 64;
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.outputs(toy) == toy.expected());
  CHECK(setup.processor.cycles == setup.value("pe_array.cycles"));
  CHECK(setup.value("pe_array.input_wait_cycles") == 0);
  CHECK(setup.value("pe_array.output_wait_cycles") == 0);
  CHECK(setup.value("store.unshuffle_cycles") == 0);
  // Metadata, indices and scales are neither traffic nor energy.
  CHECK(setup.value("metadata_buffer.write_bytes") == 0);
  CHECK(setup.value("metadata_buffer.read_words") == 0);
  CHECK(setup.value("index_buffer.write_bytes") == 0);
  CHECK(setup.value("scale_buffer.write_bytes") == 0);
  CHECK(setup.value("dma.bytes_read") ==
        setup.value("weight_buffer.write_bytes") + setup.value("activation_buffer.write_bytes"));
}

TEST_CASE("metadata, indices and scales are loaded with the weights when they count") {
  Setup setup;
  ToyJob toy = gemm();
  toy.job.reordered_channels = true;
  toy.metadata_bytes = 33;
  toy.job.mapping.groups_per_chunk = 10;  // all of the reduction at once
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.outputs(toy) == toy.expected());
  // 4 channel tiles, each loaded once; 26 channels with 12 bytes of scale and 2 of index each.
  CHECK(setup.value("metadata_buffer.write_bytes") == 4 * 33);
  CHECK(setup.value("scale_buffer.write_bytes") == 26 * 12);
  CHECK(setup.value("index_buffer.write_bytes") == 26 * 2);
  CHECK(setup.value("weight_buffer.write_bytes") == 26 * 75);
  CHECK(setup.value("activation_buffer.write_bytes") == 4 * 37 * 75);
  CHECK(setup.value("dma.bytes_read") ==
        256 + 4 * 24 + 4 * 33 + 26 * 12 + 26 * 2 + 26 * 75 + 4 * 37 * 75);
  // The output buffer takes every output once, and gives it once.
  CHECK(setup.value("output_buffer.write_bytes") == 26 * 37 * 4);
  CHECK(setup.value("output_buffer.read_bytes") == 26 * 37 * 4);
  // 16 bytes a clock, a tile at a time: ceil(10 * 8 * 4 / 16) and the like.
  CHECK(setup.value("store.unshuffle_cycles") == 3 * (3 * 20 + 14) + 3 * 5 + 4);
  // The same weights serve all position tiles: one version for each of the 4 channel tiles.
  const auto& versions = setup.accelerator.array.versions;
  REQUIRE(versions.size() == 16);
  for (std::size_t i = 1; i < versions.size(); ++i) {
    CHECK((versions[i] != versions[i - 1]) == (i % 4 == 0));
  }
  CHECK(setup.accelerator.array.metadata == std::vector<std::size_t>(16, 33));
}

TEST_CASE("loads overlap with computing: a second tile costs no second wait") {
  // Loads far quicker than computing, so that from the second tile on operands are there in time.
  Setup setup(test::toy_params(), false, latency_of(30, 30));
  ToyJob toy = convolution();
  toy.job.mapping.groups_per_chunk = 100;
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  const auto& trace = setup.accelerator.pipeline.job()->trace;
  CHECK(trace.front().wait_in > 0);
  for (std::size_t i = 1; i < trace.size(); ++i) {
    CHECK(trace[i].wait_in == 0);
    CHECK(trace[i].wait_out == 0);
  }
}

TEST_CASE("a slow memory makes the array wait for its input") {
  Setup setup(test::toy_params(), false, latency_of(20000, 20000));
  ToyJob toy = gemm();
  toy.job.mapping.groups_per_chunk = 10;
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.outputs(toy) == toy.expected());
  CHECK(setup.value("pe_array.input_wait_cycles") > setup.value("pe_array.cycles"));
  const JobRecord record = setup.accelerator.pipeline.last_job();
  CHECK(record.input_wait_cycles == setup.value("pe_array.input_wait_cycles"));
  CHECK(record.array.effective_macs == toy.job.shape.macs());
}

TEST_CASE("slow stores make the array wait for room in the output buffer") {
  // One burst at a time: a tile's operands come in two bursts, its outputs leave in ten, a position each.
  TilePipelineParams params = test::toy_params();
  params.dma.outstanding = 1;
  Setup setup(params, false, latency_of(400, 400));
  ToyJob toy = gemm();
  toy.job.mapping.groups_per_chunk = 10;
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.outputs(toy) == toy.expected());
  const std::vector<TileTrace>& trace = setup.accelerator.pipeline.job()->trace;
  // Two halves are free at first.
  CHECK(trace[0].wait_out == 0);
  CHECK(trace[1].wait_out == 0);
  CHECK(setup.value("pe_array.output_wait_cycles") > setup.value("pe_array.input_wait_cycles"));
}

TEST_CASE("fast and clocked bodies leave the same trace") {
  // Two machines side by side, each with its own memory, on the same job.
  Bench bench;
  ToyJob toy = convolution();
  toy.job.reordered_channels = true;
  struct Machine {
    TestMemory memory;
    ToyAccelerator accelerator;
    Processor processor;
    sc_core::sc_signal<bool> line;
    Machine(const std::string& name, bool clocked, tlm::Surroundings& surroundings)
        : memory((name + "_memory").c_str(), latency_of(20, 400)),
          accelerator(name.c_str(), test::toy_params(), clocked, surroundings),
          processor((name + "_processor").c_str()) {
      accelerator.pipeline.memory().bind(memory.target);
      processor.registers.bind(accelerator.pipeline.registers());
      accelerator.pipeline.interrupt().bind(line);
      processor.interrupt.bind(line);
    }
  };
  Machine fast("fast", false, bench.surroundings);
  Machine clocked("clocked", true, bench.surroundings);
  toy.lay_out(fast.memory.bytes);
  clocked.memory.bytes = fast.memory.bytes;
  bench.watchdog.run();
  CHECK(fast.memory.bytes == clocked.memory.bytes);
  CHECK(fast.processor.cycles == clocked.processor.cycles);
  CHECK(fast.accelerator.pipeline.job()->trace == clocked.accelerator.pipeline.job()->trace);
}

TEST_CASE("what waits is said while a job is stuck") {
  TestMemory::Behaviour behaviour = latency_of(50000, 50000);
  Setup setup(test::toy_params(), false, behaviour);
  ToyJob toy = gemm();
  toy.lay_out(setup.memory.bytes);
  sc_core::sc_start(sc_core::sc_time(10, sc_core::SC_US));
  CHECK_THAT(setup.accelerator.waiting_for(), Catch::Contains("its job descriptor"));
  CHECK_THAT(setup.accelerator.waiting_for(), Catch::Contains("accelerator.dma for reading 256"));
  sc_core::sc_start(sc_core::sc_time(120, sc_core::SC_US));
  CHECK_THAT(setup.accelerator.waiting_for(), Catch::Contains("compute for operands of tile step"));
  CHECK_THAT(setup.accelerator.waiting_for(), Catch::Contains("loader for room in"));
}

}  // namespace lacuna::engine
