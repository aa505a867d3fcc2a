// SPDX-License-Identifier: Apache-2.0
#include "engine/mapper.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/tile.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;
using workload::LayerShape;

/// Weights whose groups have between 2 and 8 columns, as compressed ones; all equal with fixed columns.
class Columns : public WeightFootprint {
 public:
  Columns(std::uint32_t rows, std::uint32_t fixed) : rows_(rows), fixed_(fixed) {}

  std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                              std::uint32_t blocks, std::uint32_t first_group,
                              std::uint32_t groups) const override {
    return 4 * rows_ * sum(conv_group, first_block, blocks, first_group, groups);
  }
  std::uint64_t metadata_bytes(std::uint32_t, std::uint32_t, std::uint32_t blocks, std::uint32_t,
                               std::uint32_t groups) const override {
    return std::uint64_t{blocks} * (1 + (groups + 1) / 2 + rows_ * groups);
  }
  std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                               std::uint32_t first_group, std::uint32_t groups) const override {
    return 2 * sum(conv_group, block, 1, first_group, groups);
  }

 private:
  std::uint64_t sum(std::uint32_t conv_group, std::uint32_t first_block, std::uint32_t blocks,
                    std::uint32_t first_group, std::uint32_t groups) const {
    if (fixed_ != 0) {
      return std::uint64_t{fixed_} * blocks * groups;
    }
    std::uint64_t columns = 0;
    for (std::uint32_t b = first_block; b < first_block + blocks; ++b) {
      for (std::uint32_t g = first_group; g < first_group + groups; ++g) {
        columns += 2 + (conv_group * 31 + b * 7 + g * 13) % 7;
      }
    }
    return columns;
  }

  std::uint32_t rows_;
  std::uint32_t fixed_;
};

/// Buffers of the BitVert platform, halved for double buffering.
MapperLimits platform_limits() {
  MapperLimits limits;
  limits.weight_buffer = 128 << 10;
  limits.metadata_buffer = 16 << 10;
  limits.activation_buffer = 64 << 10;
  limits.output_buffer = 64 << 10;
  limits.scale_slots = 341;
  limits.index_slots = 1024;
  return limits;
}

/// The limits, checked step by step on what the steps themselves say.
void check_every_step(const LayerShape& s, const MapperLimits& limits,
                      const WeightFootprint& footprint, const Mapping& m) {
  const TileCounts counts = tile_counts(s, m);
  for (const TileStep& step : tile_steps(s, m)) {
    REQUIRE(footprint.weights_bytes(step.convolution_group, step.first_block, step.blocks,
                                    step.first_group, step.groups) <= limits.weight_buffer);
    REQUIRE(footprint.metadata_bytes(step.convolution_group, step.first_block, step.blocks,
                                     step.first_group, step.groups) <= limits.metadata_buffer);
    const ActivationWindow window = activation_window(s, m, step, false);
    REQUIRE(activation_bytes(window, step) <= limits.activation_buffer);
    const bool all = m.order == LoopOrder::positions_outer;
    const std::uint64_t positions = std::uint64_t{step.height} * step.width;
    const std::uint64_t held = all ? s.group_out_channels() : step.channels;
    const std::uint64_t outputs = positions * held * limits.output_bytes;
    const std::uint64_t sums = counts.chunks > 1 ? positions * step.channels * 4 : 0;
    REQUIRE(outputs <= limits.output_buffer);
    REQUIRE((all && sums != 0 ? (outputs + 3) / 4 * 4 + sums : sums) <= limits.output_buffer);
    const std::uint64_t stored_blocks = all ? counts.channel_blocks : step.blocks;
    REQUIRE(std::uint64_t{step.blocks} * m.array_rows <= limits.scale_slots);
    REQUIRE(stored_blocks * m.array_rows <= limits.index_slots);
  }
}

TEST_CASE("chosen mappings respect every limit in every step, or none exists") {
  Random random(71);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    const LayerShape s = testing::random_shape(random);
    MapperLimits limits;
    limits.array_rows = pick(random, 0, 1) == 0 ? 8 : 32;
    limits.array_columns = pick(random, 0, 1) == 0 ? 4 : 16;
    limits.weight_buffer = 1u << pick(random, 9, 15);
    limits.metadata_buffer = 1u << pick(random, 6, 12);
    limits.activation_buffer = 1u << pick(random, 4, 12);
    limits.output_buffer = 1u << pick(random, 5, 12);
    limits.scale_slots = 1u << pick(random, 4, 8);
    limits.index_slots = 1u << pick(random, 4, 8);
    limits.output_bytes = 1u << pick(random, 0, 2);
    limits.spread = pick(random, 0, 1) == 0 ? PositionSpread::width : PositionSpread::any;
    const Columns footprint(limits.array_rows, 0);
    Mapping smallest;
    smallest.array_rows = limits.array_rows;
    smallest.layout = ActivationLayout::matrix;
    try {
      const Mapping m = choose_mapping(s, limits, footprint);
      check_every_step(s, limits, footprint, m);
      REQUIRE(mapping_fits(s, limits, footprint, m));
      REQUIRE(m.spread == limits.spread);
      REQUIRE(m.array_rows == limits.array_rows);
      REQUIRE(m.array_columns == limits.array_columns);
    } catch (const Error& error) {
      REQUIRE(error.fault() == Fault::bad_input);
      REQUIRE_FALSE(mapping_fits(s, limits, footprint, smallest));
      ++refused;
    }
  }
  CHECK(refused > 0);
  CHECK(refused < 200);
}

TEST_CASE("with bursts of a byte the estimate is the sum over the steps") {
  Random random(73);
  for (int round = 0; round < 200; ++round) {
    const LayerShape s = testing::random_shape(random);
    const Mapping m = testing::random_mapping(random, s);
    MapperLimits limits = platform_limits();
    limits.array_rows = m.array_rows;
    limits.array_columns = m.array_columns;
    limits.spread = m.spread;
    limits.burst_bytes = 1;
    limits.output_bytes = 2;
    limits.overheads = false;
    const Columns footprint(m.array_rows, 0);
    std::uint64_t weights = 0, activations = 0, cycles = 0;
    const auto steps = tile_steps(s, m);
    for (const TileStep& step : steps) {
      if (step.load_weights) {
        weights += footprint.weights_bytes(step.convolution_group, step.first_block, step.blocks,
                                           step.first_group, step.groups) +
                   footprint.metadata_bytes(step.convolution_group, step.first_block, step.blocks,
                                            step.first_group, step.groups);
      }
      if (step.load_activations) {
        activations += activation_bytes(activation_window(s, m, step, false), step);
      }
      const std::size_t batches =
          column_batches(step.height, step.width, m.array_columns, m.spread).size();
      for (std::uint32_t b = 0; b < step.blocks; ++b) {
        cycles += batches * footprint.compute_cycles(step.convolution_group, step.first_block + b,
                                                     step.first_group, step.groups);
      }
    }
    const MappingEstimate e = estimate_mapping(s, limits, footprint, m);
    REQUIRE(e.steps == steps.size());
    REQUIRE(e.weight_bytes == Approx(static_cast<double>(weights)));
    REQUIRE(e.activation_bytes == Approx(static_cast<double>(activations)));
    REQUIRE(e.output_bytes == Approx(2.0 * static_cast<double>(s.positions() * s.out_channels)));
    REQUIRE(e.compute_cycles == Approx(static_cast<double>(cycles)));
  }
}

TEST_CASE("no fitting mapping of a random sample is much better than the chosen one") {
  Random random(79);
  for (int round = 0; round < 60; ++round) {
    const LayerShape s = testing::random_shape(random);
    MapperLimits limits = platform_limits();
    limits.weight_buffer = 1u << pick(random, 12, 15);
    limits.activation_buffer = 1u << pick(random, 8, 12);
    limits.output_buffer = 1u << pick(random, 8, 12);
    limits.dram_bytes_per_cycle = pick(random, 0, 1) == 0 ? 1 : 16;
    const Columns footprint(32, 0);
    const double chosen =
        estimate_mapping(s, limits, footprint, choose_mapping(s, limits, footprint)).cycles;
    for (int i = 0; i < 60; ++i) {
      Mapping m = testing::random_mapping(random, s);
      m.array_rows = limits.array_rows;
      m.array_columns = limits.array_columns;
      m.spread = limits.spread;
      m.blocks_per_tile = std::min(m.blocks_per_tile, (s.group_out_channels() + 31) / 32);
      if (mapping_fits(s, limits, footprint, m)) {
        REQUIRE(chosen <= 1.1 * estimate_mapping(s, limits, footprint, m).cycles);
      }
    }
  }
}

LayerShape convolution(std::uint32_t channels, std::uint32_t size, std::uint32_t out_channels,
                       std::uint32_t kernel, std::uint32_t stride = 1, std::uint32_t groups = 1) {
  LayerShape s;
  s.in_channels = channels;
  s.in_height = s.in_width = size;
  s.out_channels = out_channels;
  s.kernel_height = s.kernel_width = kernel;
  s.stride_height = s.stride_width = stride;
  s.groups = groups;
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = kernel / 2;
  return s;
}

LayerShape product(std::uint32_t m, std::uint32_t k, std::uint32_t n) {
  LayerShape s;
  s.in_width = m;
  s.in_channels = k;
  s.out_channels = n;
  return s;
}

TEST_CASE("layers of every kind run within the platform's buffers") {
  LayerShape dilated = convolution(64, 56, 128, 3);
  dilated.dilation_height = dilated.dilation_width = 4;
  LayerShape batch = convolution(256, 14, 256, 3);
  batch.batch = 8;
  LayerShape heads = product(197, 64, 197 * 12);
  heads.groups = 12;
  heads.in_channels = 64 * 12;
  const std::vector<LayerShape> shapes = {
      product(1, 25088, 4096),    // VGG's first fc
      product(1, 4096, 1000),     // one token
      product(4096, 4096, 4096),  // a huge product
      product(128, 768, 3072),
      convolution(3, 224, 64, 7, 2),  // stem
      convolution(64, 56, 256, 1),    //
      convolution(1024, 14, 2048, 1, 2),
      convolution(3, 224, 64, 3),
      convolution(17, 33, 71, 3),            // odd channel counts
      convolution(512, 14, 512, 3, 1, 512),  // depthwise
      convolution(256, 28, 256, 3, 1, 32),
      convolution(4096, 7, 512, 7),  // one position's rectangle is larger than the buffer
      dilated,
      batch,
      heads,
  };
  for (const PositionSpread spread : {PositionSpread::any, PositionSpread::width}) {
    for (const LayerShape& s : shapes) {
      MapperLimits limits = platform_limits();
      limits.spread = spread;
      const Columns footprint(32, 8);
      INFO("channels " << s.in_channels << " size " << s.in_width << " kernel " << s.kernel_width);
      const Mapping m = choose_mapping(s, limits, footprint);
      check_every_step(s, limits, footprint, m);
    }
  }
}

TEST_CASE("a rectangle that does not fit is gathered instead") {
  const LayerShape s = convolution(4096, 7, 512, 7);  // 4 x 4 pixels of 4096 channels at least
  const Mapping m = choose_mapping(s, platform_limits(), Columns(32, 8));
  CHECK(m.layout == ActivationLayout::matrix);
}

TEST_CASE("weights that fit stay, whatever the positions") {
  const LayerShape s = convolution(64, 56, 64, 3);
  MapperLimits limits = platform_limits();
  const MappingEstimate e =
      estimate_mapping(s, limits, Columns(32, 8), choose_mapping(s, limits, Columns(32, 8)));
  // two blocks of 18 KiB of weights and 1 + 9 + 32 x 18 bytes of metadata, read once
  CHECK(e.weight_bytes >= 2 * (18 * 32 * 32 + 586));
  CHECK(e.weight_bytes <= 2 * (18 * 32 * 32 + 640));
}

TEST_CASE("one token reads every weight once") {
  const LayerShape s = product(1, 4096, 4096);
  const MapperLimits limits = platform_limits();
  const MappingEstimate e =
      estimate_mapping(s, limits, Columns(32, 8), choose_mapping(s, limits, Columns(32, 8)));
  CHECK(e.weight_bytes < 1.05 * (4096.0 * 4096 + 4096.0 * 4096 / 32));
  CHECK(e.activation_bytes < 0.05 * 4096 * 4096);
}

TEST_CASE("results that leave slowly make short array tiles cost their drain") {
  // Depthwise: one group of 9 elements, 8 columns x 2 passes = 16 cycles for one channel on 16 positions.
  LayerShape s = convolution(1, 8, 1, 3);
  MapperLimits limits = platform_limits();
  Mapping m;
  m.tile_height = m.tile_width = 8;
  const Columns narrow(32, 2);  // T = 4 < 16 columns
  limits.overheads = false;
  CHECK(estimate_mapping(s, limits, narrow, m).compute_cycles == 4 * 4);
  limits.overheads = true;
  CHECK(estimate_mapping(s, limits, narrow, m).compute_cycles == 4 * 16 + 6 + 16);
}

TEST_CASE("scattered channels cost their span in bursts") {
  class Scattered : public Columns {
   public:
    Scattered() : Columns(32, 8) {}
    std::uint32_t channel_span(std::uint32_t, std::uint32_t, std::uint32_t) const override {
      return 120;
    }
  };
  const LayerShape s = convolution(32, 4, 128, 1);
  Mapping m;
  m.tile_height = m.tile_width = 4;  // four channel tiles of one block
  const MapperLimits limits = platform_limits();
  CHECK(estimate_mapping(s, limits, Columns(32, 8), m).output_bytes == 16 * 4 * 64);
  CHECK(estimate_mapping(s, limits, Scattered(), m).output_bytes == 16 * 4 * 128);
  m.order = LoopOrder::positions_outer;  // all channels leave together
  CHECK(estimate_mapping(s, limits, Scattered(), m).output_bytes == 16 * 128);
}

TEST_CASE("a tensor stays on chip when half of the activation buffer holds all of it") {
  MapperLimits limits = platform_limits();
  limits.output_bytes = 2;
  limits.activation_buffer = 64 * 8 * 8;
  const LayerShape s = convolution(64, 8, 32, 1);
  CHECK_FALSE(residency_of(s, limits).activations);
  CHECK_FALSE(residency_of(s, limits).outputs);
  limits.on_chip = true;
  CHECK(residency_of(s, limits).activations);
  CHECK(residency_of(s, limits).outputs);
  CHECK_FALSE(residency_of(convolution(65, 8, 33, 1), limits).activations);
  CHECK_FALSE(residency_of(convolution(65, 8, 33, 1), limits).outputs);
  LayerShape two = s;
  two.batch = 2;
  CHECK_FALSE(residency_of(two, limits).activations);

  const Mapping mapping = choose_mapping(s, limits, Columns(32, 8));
  const MappingEstimate stays = estimate_mapping(s, limits, Columns(32, 8), mapping);
  CHECK(stays.activation_bytes == 0);
  CHECK(stays.output_bytes == 0);
  CHECK(stays.weight_bytes > 0);
}

TEST_CASE("every buffer that is too small is named with what it needs") {
  MapperLimits limits = platform_limits();
  limits.weight_buffer = 1000;
  limits.activation_buffer = 31;
  limits.output_buffer = 100;
  limits.scale_slots = 16;
  limits.index_slots = 31;
  try {
    choose_mapping(convolution(64, 8, 64, 3), limits, Columns(32, 8));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    REQUIRE(error.diagnostics().size() == 5);
    CHECK(error.diagnostics()[0].path == "weight_buffer");
    CHECK(error.diagnostics()[0].message.find("needs 1024") != std::string::npos);
    CHECK(error.diagnostics()[1].path == "activation_buffer");
    CHECK(error.diagnostics()[1].message.find("needs 32") != std::string::npos);
    CHECK(error.diagnostics()[2].path == "output_buffer");
    CHECK(error.diagnostics()[2].message.find("needs 128") != std::string::npos);
    CHECK(error.diagnostics()[3].path == "scale_buffer");
    CHECK(error.diagnostics()[4].path == "index_buffer");
  }
}

}  // namespace
}  // namespace lacuna::engine
