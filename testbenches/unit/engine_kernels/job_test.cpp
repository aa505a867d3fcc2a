// SPDX-License-Identifier: Apache-2.0
#include "engine/job.h"

#include <functional>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;

JobDescriptor random_job(Random& random) {
  JobDescriptor job;
  job.shape = testing::random_shape(random);
  job.mapping = testing::random_mapping(random, job.shape);
  job.requantize = pick(random, 0, 1) == 1;
  job.output = job.requantize ? static_cast<OutputType>(pick(random, 0, 3)) : OutputType::int32;
  job.relu = pick(random, 0, 1) == 1;
  job.signed_activations = pick(random, 0, 1) == 1;
  job.sums_in_buffer = pick(random, 0, 1) == 1;
  job.reduced_activations = !job.signed_activations && pick(random, 0, 1) == 1;
  job.weight_source = static_cast<WeightSource>(pick(random, 0, 2));
  job.reordered_channels = job.weight_source == WeightSource::stream && pick(random, 0, 1) == 1;
  job.activations_on_chip = pick(random, 0, 1) == 1;
  job.outputs_on_chip = pick(random, 0, 1) == 1;
  job.activations_address = random();
  job.outputs_address = random();
  job.tile_table_address = random();
  job.channel_index_address = random();
  job.channel_scale_address = random();
  job.weights_address = random();
  job.weights_row_stride = 100000 + pick(random, 0, 9);
  job.weights_group_stride = pick(random, 0, 1u << 31);
  job.first_job = pick(random, 0, 1000);
  return job;
}

TEST_CASE("a descriptor reads back as it was written") {
  Random random(17);
  for (int round = 0; round < 300; ++round) {
    const JobDescriptor job = random_job(random);
    const auto bytes = serialize(job);
    const JobDescriptor read = parse_job(bytes);
    REQUIRE(serialize(read) == bytes);
    REQUIRE(read.shape.macs() == job.shape.macs());
    REQUIRE(read.shape.pad_right == job.shape.pad_right);
    REQUIRE(read.mapping.groups_per_chunk == job.mapping.groups_per_chunk);
    REQUIRE(read.mapping.layout == job.mapping.layout);
    REQUIRE(read.output == job.output);
    REQUIRE(read.relu == job.relu);
    REQUIRE(read.requantize == job.requantize);
    REQUIRE(read.signed_activations == job.signed_activations);
    REQUIRE(read.reduced_activations == job.reduced_activations);
    REQUIRE(read.sums_in_buffer == job.sums_in_buffer);
    REQUIRE(read.reordered_channels == job.reordered_channels);
    REQUIRE(read.activations_on_chip == job.activations_on_chip);
    REQUIRE(read.outputs_on_chip == job.outputs_on_chip);
    REQUIRE(read.weight_source == job.weight_source);
    REQUIRE(read.weights_address == job.weights_address);
    REQUIRE(read.channel_scale_address == job.channel_scale_address);
    REQUIRE(read.weights_group_stride == job.weights_group_stride);
    REQUIRE(read.first_job == job.first_job);
  }
}

TEST_CASE("words stand where doc/registers.md says, little-endian") {
  JobDescriptor job;
  job.relu = true;
  job.reordered_channels = true;
  job.shape.in_width = 0x0102;
  job.shape.pad_right = 3;
  job.mapping.tile_width = 4;
  job.mapping.layout = ActivationLayout::matrix;
  job.activations_address = 0x1122334455667788;
  job.first_job = 9;
  const auto bytes = serialize(job);
  CHECK(std::vector<int>(bytes.begin(), bytes.begin() + 12) ==
        std::vector<int>{'L', 'A', 'C', 'J', 1, 0, 0, 0, 0x9, 0, 0, 0});
  CHECK(bytes[0x1C] == 0x02);  // in_width: the fifth word of the shape
  CHECK(bytes[0x1D] == 0x01);
  CHECK(bytes[0x48] == 3);  // pad_right
  CHECK(bytes[0x5C] == 4);
  CHECK(bytes[0x6C] == 1);  // layout
  CHECK(bytes[0x70] == 3);  // output type int32
  CHECK(bytes[0x78] == 0x88);
  CHECK(bytes[0x7F] == 0x11);
  CHECK(bytes[0xB0] == 9);
}

/// A valid job with one thing changed must be refused.
void check_refused(const std::function<void(JobDescriptor&)>& change) {
  JobDescriptor job;
  job.shape.in_channels = 6;
  job.shape.out_channels = 40;
  job.shape.in_height = 5;
  job.shape.in_width = 5;
  CHECK_NOTHROW(parse_job(serialize(job)));
  change(job);
  try {
    parse_job(serialize(job));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::stuck);
  }
}

TEST_CASE("impossible fields are refused") {
  check_refused([](JobDescriptor& j) { j.shape.batch = 0; });
  check_refused([](JobDescriptor& j) { j.shape.groups = 4; });  // 6 channels
  check_refused([](JobDescriptor& j) { j.shape.groups = 3; });  // 40 channels
  check_refused([](JobDescriptor& j) { j.shape.kernel_height = 6; });
  check_refused([](JobDescriptor& j) {
    j.shape.dilation_width = 6;
    j.shape.kernel_width = 2;
  });
  check_refused([](JobDescriptor& j) { j.shape.stride_width = 0; });
  check_refused([](JobDescriptor& j) { j.shape.pad_top = 1u << 30; });
  check_refused([](JobDescriptor& j) { j.shape.batch = j.shape.in_height = 1u << 24; });
  check_refused([](JobDescriptor& j) { j.mapping.array_rows = 0; });
  check_refused([](JobDescriptor& j) { j.mapping.blocks_per_tile = 3; });  // two blocks
  check_refused([](JobDescriptor& j) { j.mapping.tile_height = 6; });
  check_refused([](JobDescriptor& j) { j.mapping.tile_width = 0; });
  check_refused([](JobDescriptor& j) { j.mapping.groups_per_chunk = 2; });  // one group of 6
  check_refused([](JobDescriptor& j) { j.mapping.order = static_cast<LoopOrder>(2); });
  check_refused([](JobDescriptor& j) { j.mapping.layout = static_cast<ActivationLayout>(9); });
  check_refused([](JobDescriptor& j) { j.output = static_cast<OutputType>(4); });
  check_refused([](JobDescriptor& j) { j.output = OutputType::int8; });  // nothing requantizes
  check_refused([](JobDescriptor& j) { j.weight_source = static_cast<WeightSource>(3); });
  check_refused([](JobDescriptor& j) { j.weight_source = WeightSource::dynamic; });  // stride 0
  check_refused([](JobDescriptor& j) { j.signed_activations = j.reduced_activations = true; });
  check_refused([](JobDescriptor& j) {
    j.weight_source = WeightSource::dynamic;
    j.weights_row_stride = 6;
    j.reordered_channels = true;
  });
}

TEST_CASE("a wrong head, reserved bytes and missing bytes are refused") {
  const auto good = serialize(JobDescriptor{});
  for (const std::size_t byte :
       {std::size_t{0}, std::size_t{4}, std::size_t{9}, std::size_t{200}}) {
    auto bytes = good;
    bytes[byte] ^= 0x80;
    CHECK_THROWS_AS(parse_job(bytes), Error);
  }
  CHECK_THROWS_AS(parse_job(Span<const std::uint8_t>(good).first(255)), Error);
}

TEST_CASE("any flipped bit is refused or read as another valid job, never worse") {
  Random random(19);
  for (int round = 0; round < 20; ++round) {
    const auto good = serialize(random_job(random));
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
      auto bytes = good;
      bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
      try {
        const JobDescriptor job = parse_job(bytes);
        REQUIRE(tile_counts(job.shape, job.mapping).steps <= max_tile_steps);
        REQUIRE(serialize(job) == bytes);
      } catch (const Error& error) {
        REQUIRE(error.fault() == Fault::stuck);
      }
    }
  }
}

TEST_CASE("tile entries and channel scales read back as they were written") {
  WeightTileEntry entry{0x123456789ABCDEF0, 0xFEDCBA98, 0x01020304, 0xF0E0D0C0B0A09080};
  std::vector<std::uint8_t> bytes(weight_tile_entry_bytes);
  serialize(entry, bytes);
  CHECK(bytes[0] == 0xF0);
  CHECK(bytes[8] == 0x98);
  CHECK(bytes[12] == 0x04);
  CHECK(bytes[16] == 0x80);
  const WeightTileEntry read = parse_tile_entry(bytes);
  CHECK(read.weights_address == entry.weights_address);
  CHECK(read.weights_bytes == entry.weights_bytes);
  CHECK(read.metadata_bytes == entry.metadata_bytes);
  CHECK(read.metadata_address == entry.metadata_address);
  bytes.pop_back();
  CHECK_THROWS_AS(parse_tile_entry(bytes), Error);

  std::vector<std::uint8_t> scale_bytes(channel_scale_bytes);
  serialize(ChannelScale{-2, 0x7FFFFFFF, 45}, scale_bytes);
  CHECK(scale_bytes[0] == 0xFE);
  const ChannelScale scale = parse_channel_scale(scale_bytes);
  CHECK(scale.bias == -2);
  CHECK(scale.multiplier == 0x7FFFFFFF);
  CHECK(scale.shift == 45);
}

}  // namespace
}  // namespace lacuna::engine
