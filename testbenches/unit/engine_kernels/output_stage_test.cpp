// SPDX-License-Identifier: Apache-2.0
#include "engine/output_stage.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;
__extension__ using Wide = __int128;

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

/// The nearest integer to value / 2^shift by trying the neighbours of the truncated quotient.
Wide nearest(Wide value, unsigned shift) {
  const Wide divisor = Wide{1} << shift;
  Wide best = value / divisor - 1;
  for (Wide candidate = best + 1; candidate <= value / divisor + 1; ++candidate) {
    const auto distance = [&](Wide q) {
      return q * divisor > value ? q * divisor - value : value - q * divisor;
    };
    const bool closer = distance(candidate) < distance(best);
    const bool even_tie = distance(candidate) == distance(best) && candidate % 2 == 0;
    best = closer || even_tie ? candidate : best;
  }
  return best;
}

struct Range {
  std::int64_t low, high;
};

Range range_of(OutputType type) {
  switch (type) {
    case OutputType::int8:
      return {-128, 127};
    case OutputType::uint8:
      return {0, 255};
    case OutputType::int16:
      return {-32768, 32767};
    case OutputType::int32:
      break;
  }
  return {lowest, highest};
}

std::int64_t expected_output(std::int32_t accumulator, const ChannelScale& scale, bool requantize,
                             bool relu, OutputType type) {
  Wide value = Wide{accumulator} + scale.bias;
  if (requantize) {
    value = nearest(value * scale.multiplier, static_cast<unsigned>(scale.shift));
  } else {
    value = value > highest ? value - (Wide{1} << 32) : value;  // 32 bits without a multiplier
    value = value < lowest ? value + (Wide{1} << 32) : value;
  }
  if (relu && value < 0) {
    value = 0;
  }
  const Range range = range_of(type);
  return static_cast<std::int64_t>(std::clamp<Wide>(value, range.low, range.high));
}

/// One element of a buffer of outputs.
std::int64_t element(const std::vector<std::uint8_t>& bytes, std::size_t index, OutputType type) {
  switch (type) {
    case OutputType::int8:
      return static_cast<std::int8_t>(bytes[index]);
    case OutputType::uint8:
      return bytes[index];
    case OutputType::int16:
      return static_cast<std::int16_t>(bytes[2 * index] | bytes[2 * index + 1] << 8);
    case OutputType::int32:
      break;
  }
  std::uint32_t word = 0;
  for (unsigned i = 0; i < 4; ++i) {
    word |= std::uint32_t{bytes[4 * index + i]} << (8 * i);
  }
  return static_cast<std::int32_t>(word);
}

TEST_CASE("halves are rounded to even, on both sides of zero") {
  const ChannelScale half{0, 1, 1};
  const auto finish = [&](std::int32_t value) {
    return finish_output(value, half, true, false, OutputType::int32);
  };
  CHECK(finish(1) == 0);    // 0.5
  CHECK(finish(3) == 2);    // 1.5
  CHECK(finish(5) == 2);    // 2.5
  CHECK(finish(-1) == 0);   // -0.5
  CHECK(finish(-3) == -2);  // -1.5
  CHECK(finish(-5) == -2);  // -2.5
  CHECK(finish(4) == 2);
}

TEST_CASE("outputs are clamped to their type, and to zero by ReLU") {
  const ChannelScale one{0, 1, 0};
  CHECK(finish_output(128, one, true, false, OutputType::int8) == 127);
  CHECK(finish_output(-129, one, true, false, OutputType::int8) == -128);
  CHECK(finish_output(-129, one, true, true, OutputType::int8) == 0);
  CHECK(finish_output(256, one, true, false, OutputType::uint8) == 255);
  CHECK(finish_output(-1, one, true, false, OutputType::uint8) == 0);
  CHECK(finish_output(40000, one, true, false, OutputType::int16) == 32767);
  CHECK(finish_output(highest, {0, 2, 0}, true, false, OutputType::int32) == highest);
}

TEST_CASE("without requantization the bias alone is added, modulo 2^32") {
  CHECK(finish_output(100, {-30, 999, 7}, false, false, OutputType::int32) == 70);
  CHECK(finish_output(-100, {30, 999, 7}, false, true, OutputType::int32) == 0);
  CHECK(finish_output(highest, {1, 1, 0}, false, false, OutputType::int32) == lowest);
}

TEST_CASE("a shift beyond 63 is taken modulo 64: a corrupted scale has one meaning") {
  CHECK(finish_output(12, {0, 1, 65}, true, false, OutputType::int32) == 6);
  CHECK(finish_output(12, {0, 1, -63}, true, false, OutputType::int32) == 6);
}

std::int32_t extreme(Random& random) {
  switch (pick(random, 0, 5)) {
    case 0:
      return lowest + static_cast<std::int32_t>(pick(random, 0, 2));
    case 1:
      return highest - static_cast<std::int32_t>(pick(random, 0, 2));
    case 2:
      return static_cast<std::int32_t>(pick(random, 0, 6)) - 3;
    case 3:
      return static_cast<std::int32_t>(1u << pick(random, 0, 30));
    default:
      return static_cast<std::int32_t>(random());
  }
}

ChannelScale random_scale(Random& random) {
  ChannelScale scale;
  scale.bias = pick(random, 0, 1) == 0 ? 0 : extreme(random);
  scale.multiplier = std::max(extreme(random), -highest);
  scale.shift = static_cast<std::int32_t>(pick(random, 0, 62));
  return scale;
}

TEST_CASE("whole positions and single outputs equal exact rounding") {
  Random random(11);
  const OutputType types[] = {OutputType::int8, OutputType::uint8, OutputType::int16,
                              OutputType::int32};
  for (int round = 0; round < 400; ++round) {
    const OutputType type = types[round % 4];
    const bool requantize = round % 5 != 0;
    const bool relu = pick(random, 0, 1) == 1;
    const std::size_t channels = pick(random, 1, 40);
    const std::size_t positions = pick(random, 1, 4);
    std::vector<ChannelScale> scales(channels);
    std::generate(scales.begin(), scales.end(), [&] { return random_scale(random); });
    std::vector<std::int32_t> accumulators(channels * positions);
    std::generate(accumulators.begin(), accumulators.end(), [&] { return extreme(random); });
    std::vector<std::uint8_t> outputs(accumulators.size() * size_of(type));
    OutputStage(scales, requantize, relu, type).finish(accumulators, outputs);
    for (std::size_t i = 0; i < accumulators.size(); ++i) {
      const ChannelScale& scale = scales[i % channels];
      const std::int64_t expected = expected_output(accumulators[i], scale, requantize, relu, type);
      INFO("accumulator " << accumulators[i] << " bias " << scale.bias << " multiplier "
                          << scale.multiplier << " shift " << scale.shift);
      REQUIRE(element(outputs, i, type) == expected);
      REQUIRE(finish_output(accumulators[i], scale, requantize, relu, type) == expected);
    }
  }
}

TEST_CASE("every half case of every shift is rounded to even") {
  for (unsigned shift = 1; shift <= 30; ++shift) {
    std::vector<std::int32_t> accumulators;
    for (std::int32_t k = -4; k < 4; ++k) {
      accumulators.push_back(static_cast<std::int32_t>(
          (2 * std::int64_t{k} + 1) * (std::int64_t{1} << shift) / 2 % (std::int64_t{1} << 31)));
    }
    const std::vector<ChannelScale> scales(accumulators.size(),
                                           {0, 1, static_cast<std::int32_t>(shift)});
    std::vector<std::uint8_t> outputs(accumulators.size() * 4);
    OutputStage(scales, true, false, OutputType::int32).finish(accumulators, outputs);
    for (std::size_t i = 0; i < accumulators.size(); ++i) {
      const std::int64_t value = element(outputs, i, OutputType::int32);
      REQUIRE(value % 2 == 0);
      REQUIRE(value == expected_output(accumulators[i], scales[i], true, false, OutputType::int32));
    }
  }
}

TEST_CASE("spans that do not fit are a broken invariant") {
  const std::vector<ChannelScale> scales(3);
  const OutputStage stage(scales, true, false, OutputType::int16);
  const std::vector<std::int32_t> accumulators(6);
  std::vector<std::uint8_t> small(11);
  CHECK_THROWS_AS(stage.finish(accumulators, small), Error);
  CHECK_THROWS_AS(stage.finish(Span<const std::int32_t>(accumulators).first(4), small), Error);
}

}  // namespace
}  // namespace lacuna::engine
