// SPDX-License-Identifier: Apache-2.0
//
// What ends a run, and bits flipped in its buffers.
#include <algorithm>

#include "unit/engine_modules/pipeline_setup.h"

namespace lacuna::engine {

using test::gemm;
using test::latency_of;
using test::Setup;
using test::ToyJob;

TEST_CASE("an unmapped address ends the run and says where") {
  Setup setup(test::toy_params(), false, latency_of(20, 20));
  ToyJob toy = gemm();
  toy.lay_out(setup.memory.bytes);
  toy.job.activations_address = ToyJob::memory_bytes + 0x40;
  const auto descriptor = serialize(toy.job);
  std::copy(descriptor.begin(), descriptor.end(),
            setup.memory.bytes.begin() + ToyJob::descriptor_address);
  CHECK_THROWS_WITH(setup.watchdog.run(),
                    Catch::Contains("accelerator.dma: reading") &&
                        Catch::Contains("of activations: unmapped address 0x80040"));
  CHECK(setup.processor.done == 0);
}

TEST_CASE("a tile that does not fit its buffer ends the run and names the buffer") {
  Setup setup;
  ToyJob toy = gemm();
  toy.job.mapping.tile_width = 37;
  toy.job.mapping.groups_per_chunk = 100;
  toy.job.shape.in_channels = 400;
  toy.lay_out(setup.memory.bytes);
  CHECK_THROWS_WITH(
      setup.watchdog.run(),
      "accelerator.activation_buffer: 14800 bytes are needed at once, 8192 are there");
}

TEST_CASE("bytes that are no descriptor end the run") {
  Setup setup;
  CHECK_THROWS_AS(setup.watchdog.run(), Error);
  CHECK(setup.processor.done == 0);
}

TEST_CASE("metadata without a buffer for it ends the run") {
  TilePipelineParams params = test::toy_params();
  params.metadata_buffer.capacity = Bytes(0);
  Setup setup(params);
  ToyJob toy = gemm();
  toy.metadata_bytes = 8;
  toy.lay_out(setup.memory.bytes);
  CHECK_THROWS_WITH(setup.watchdog.run(), Catch::Contains("no buffer for it"));
}

namespace {

/// Runs a job with one bit flipped in a buffer.
void run_with_fault(const std::string& fault) {
  Setup setup;
  setup.faults.request(fault);
  ToyJob toy = gemm();
  toy.job.reordered_channels = true;
  toy.metadata_bytes = 16;
  toy.lay_out(setup.memory.bytes);
  setup.watchdog.run();
  CHECK(setup.processor.done == 1);
  CHECK(setup.outputs(toy) != toy.expected());
}

}  // namespace

TEST_CASE("a flipped bit in the weight buffer reaches the outputs") {
  run_with_fault("accelerator.weight_buffer:3:6");
}
TEST_CASE("a flipped bit in the activation buffer reaches the outputs") {
  run_with_fault("accelerator.activation_buffer:0:7");
}
TEST_CASE("a flipped bit in the index buffer reaches the outputs") {
  run_with_fault("accelerator.index_buffer:0:0");
}
TEST_CASE("a flipped bit in the scale buffer reaches the outputs") {
  run_with_fault("accelerator.scale_buffer:0:4");
}
TEST_CASE("a flipped bit in the output buffer reaches the outputs") {
  run_with_fault("accelerator.output_buffer:17:5");
}

}  // namespace lacuna::engine
