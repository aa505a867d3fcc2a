// SPDX-License-Identifier: Apache-2.0
#include "engine/gemm.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "engine/gemm_nonzero.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;

std::int16_t any_int16(Random& random) {
  switch (pick(random, 0, 3)) {
    case 0:
      return -32768;
    case 1:
      return 32767;
    default:
      return static_cast<std::int16_t>(random());
  }
}

std::vector<std::int16_t> matrix(Random& random, std::size_t size) {
  std::vector<std::int16_t> values(size);
  std::generate(values.begin(), values.end(), [&] { return any_int16(random); });
  return values;
}

PackedWeights packed(const std::vector<std::int16_t>& rows, std::size_t channels,
                     std::size_t elements, std::size_t stride) {
  PackedWeights weights;
  weights.reset(channels, elements);
  weights.pack(0, channels, rows, stride);
  return weights;
}

/// The product by the definition, modulo 2^32.
std::uint32_t product(const std::int16_t* a, const std::int16_t* b, std::size_t elements) {
  std::uint32_t sum = 0;
  for (std::size_t k = 0; k < elements; ++k) {
    sum += static_cast<std::uint32_t>(std::int32_t{a[k]} * b[k]);
  }
  return sum;
}

void check_gemm(Random& random, std::size_t positions, std::size_t channels, std::size_t elements) {
  const std::size_t stride = gemm_stride(elements) + (pick(random, 0, 1) == 0 ? 0 : 6);
  const std::size_t weights_stride = elements + pick(random, 0, 3);
  auto a = matrix(random, positions * stride);
  const auto b = matrix(random, channels * weights_stride);
  for (std::size_t m = 0; elements % 2 != 0 && m < positions; ++m) {
    a[m * stride + elements] = 0;
  }
  const bool add = pick(random, 0, 1) == 1;
  std::vector<std::int32_t> c(positions * channels);
  std::generate(c.begin(), c.end(), [&] { return static_cast<std::int32_t>(random()); });
  const std::vector<std::int32_t> before = c;
  gemm_int16(a, stride, positions, packed(b, channels, elements, weights_stride), c, add);
  for (std::size_t m = 0; m < positions; ++m) {
    for (std::size_t n = 0; n < channels; ++n) {
      const std::uint32_t start = add ? static_cast<std::uint32_t>(before[m * channels + n]) : 0;
      const std::uint32_t expected =
          start + product(&a[m * stride], &b[n * weights_stride], elements);
      if (static_cast<std::uint32_t>(c[m * channels + n]) != expected) {
        FAIL(positions << "x" << channels << "x" << elements << " at " << m << "," << n);
      }
    }
  }
}

TEST_CASE("the int16 kernel is exact modulo 2^32 for any operands and shapes", "[gemm]") {
  Random random(23);
  for (int round = 0; round < 150; ++round) {
    check_gemm(random, pick(random, 1, 20), pick(random, 1, 70), pick(random, 1, 90));
  }
  check_gemm(random, 1, 1, 1);
  check_gemm(random, 13, 35, 511);  // around the blocks of the reduction
  check_gemm(random, 13, 35, 512);
  check_gemm(random, 7, 17, 1025);
  check_gemm(random, 200, 16, 33);  // more positions than a block
  check_gemm(random, 385, 5, 514);
  SUCCEED();
}

TEST_CASE("a pair of the largest products wraps as 32-bit sums do", "[gemm]") {
  const std::vector<std::int16_t> lowest(2, -32768);
  std::vector<std::int32_t> c{0};
  gemm_int16(lowest, 2, 1, packed(lowest, 1, 2, 2), c, false);
  CHECK(static_cast<std::uint32_t>(c[0]) == 0x80000000u);  // 2^30 + 2^30
}

TEST_CASE("weights packed block by block are those packed at once, also in used memory", "[gemm]") {
  Random random(29);
  PackedWeights pieces;
  pieces.reset(200, 100);  // leaves other values behind
  pieces.pack(0, 200, matrix(random, 20000), 100);
  for (int round = 0; round < 20; ++round) {
    const std::size_t channels = pick(random, 1, 100);
    const std::size_t elements = pick(random, 1, 99);
    const auto rows = matrix(random, channels * elements);
    const PackedWeights whole = packed(rows, channels, elements, elements);
    pieces.reset(channels, elements);
    const std::size_t block = pick(random, 1, 40);
    for (std::size_t first = 0; first < channels; first += block) {
      const std::size_t count = std::min(block, channels - first);
      pieces.pack(first, count, Span<const std::int16_t>(rows).subspan(first * elements), elements);
    }
    const std::size_t size = whole.panels() * whole.panel_width() * 2 * whole.pairs();
    REQUIRE(std::memcmp(whole.panel(0), pieces.panel(0), size * sizeof(std::int16_t)) == 0);
  }
}

TEST_CASE("a product of spans that are too short is a broken invariant", "[gemm]") {
  const std::vector<std::int16_t> a(7);
  const PackedWeights weights = packed(std::vector<std::int16_t>(8), 2, 4, 4);
  std::vector<std::int32_t> c(4);
  CHECK_THROWS_AS(gemm_int16(a, 4, 2, weights, c, true), Error);
  CHECK_THROWS_AS(gemm_int16(a, 3, 1, weights, c, true), Error);
  std::vector<std::int32_t> small(1);
  CHECK_THROWS_AS(gemm_int16(a, 4, 1, weights, small, true), Error);
  PackedWeights other;
  other.reset(2, 4);
  CHECK_THROWS_AS(other.pack(1, 2, std::vector<std::int16_t>(8), 4), Error);
  CHECK_THROWS_AS(other.pack(0, 2, a, 4), Error);
}

TEST_CASE("rows are an odd number of cache lines apart", "[gemm]") {
  CHECK(gemm_stride(1) == 2);
  CHECK(gemm_stride(9) == 10);
  CHECK(gemm_stride(32) == 32);
  CHECK(gemm_stride(33) == 96);
  CHECK(gemm_stride(2048) == 65 * 32);
}

/// A tile step of a matrix product, its activations as they lie in the buffer, its weights as
/// decoded.
struct Product {
  workload::LayerShape shape;
  TileStep step;
  ActivationWindow window;
  std::vector<std::uint8_t> activations;
  std::vector<std::int8_t> stored;
  std::vector<std::int16_t> constants;

  std::int32_t activation(std::size_t position, std::size_t element) const {
    const std::uint8_t byte = activations[position * step.elements + element];
    return window.is_signed ? static_cast<std::int8_t>(byte) : std::int32_t{byte};
  }
  std::int32_t weight(std::size_t channel, std::size_t element) const {
    const std::size_t groups = (step.elements + 31) / 32;
    const std::int32_t constant =
        constants.empty() ? 0 : constants[channel * groups + element / 32];
    return stored[channel * step.elements + element] + constant;
  }
};

/// @param largest weight magnitude stored, so that oneDNN does not saturate on processors without
/// VNNI
Product random_product(Random& random, std::int32_t largest) {
  Product p;
  p.shape.in_width = pick(random, 1, 30);
  p.shape.in_channels = pick(random, 1, 300);
  p.shape.out_channels = pick(random, 1, 70);
  Mapping m;
  m.tile_width = p.shape.in_width;
  m.blocks_per_tile = 3;
  m.groups_per_chunk = 10;
  p.step = tile_steps(p.shape, m).front();
  p.window = activation_window(p.shape, m, p.step, pick(random, 0, 1) == 1);
  p.activations.resize(activation_bytes(p.window, p.step));
  for (auto& a : p.activations) {
    a = pick(random, 0, 2) == 0 ? 0 : static_cast<std::uint8_t>(random());
  }
  p.stored.resize(std::size_t{p.step.channels} * p.step.elements);
  for (auto& w : p.stored) {
    w = static_cast<std::int8_t>(
        static_cast<std::int32_t>(pick(random, 0, 2 * static_cast<std::uint32_t>(largest))) -
        largest);
  }
  if (pick(random, 0, 2) != 0) {
    p.constants.resize(std::size_t{p.step.channels} * p.step.groups);
    for (auto& c : p.constants) {
      c = static_cast<std::int16_t>(static_cast<std::int32_t>(pick(random, 0, 95)) - 32);
    }
  }
  return p;
}

/// Multiplies block by block of 32 channels, some blocks without constants.
void check_panels(Random& random, const Product& p, GemmKernel kernel) {
  ActivationPanel activations(kernel);
  activations.gather(p.shape, p.window, p.step, p.activations);
  WeightPanel weights(kernel);
  weights.reset(p.step.channels, p.step.elements, !p.constants.empty());
  for (std::uint32_t first = 0; first < p.step.channels; first += 32) {
    const std::size_t count = std::min(32u, p.step.channels - first);
    weights.set(
        first, count,
        Span<const std::int8_t>(p.stored).subspan(std::size_t{first} * p.step.elements),
        p.step.elements,
        p.constants.empty()
            ? Span<const std::int16_t>()
            : Span<const std::int16_t>(p.constants).subspan(std::size_t{first} * p.step.groups));
  }
  std::vector<std::int32_t> c(std::size_t{p.step.width} * p.step.channels);
  std::generate(c.begin(), c.end(), [&] { return static_cast<std::int32_t>(random()); });
  const std::vector<std::int32_t> before = c;
  weights.multiply_add(activations, c);
  std::uint64_t effective = 0;
  for (std::size_t m = 0; m < p.step.width; ++m) {
    for (std::size_t n = 0; n < p.step.channels; ++n) {
      auto expected = static_cast<std::uint32_t>(before[m * p.step.channels + n]);
      for (std::size_t k = 0; k < p.step.elements; ++k) {
        expected += static_cast<std::uint32_t>(p.activation(m, k) * p.weight(n, k));
        effective += p.activation(m, k) != 0 && p.weight(n, k) != 0;
      }
      REQUIRE(static_cast<std::uint32_t>(c[m * p.step.channels + n]) == expected);
    }
  }
  REQUIRE(effective_macs(activations, weights) == effective);
}

TEST_CASE("a tile step's product and effective multiplications, by our kernel", "[gemm]") {
  Random random(31);
  for (int round = 0; round < 60; ++round) {
    check_panels(random, random_product(random, round % 2 == 0 ? 127 : 3), GemmKernel::int16);
  }
}

TEST_CASE("stored values and constants by oneDNN give the same, where it does not saturate",
          "[gemm]") {
  Random random(37);
  const std::int32_t largest = preferred_gemm_kernel() == GemmKernel::onednn ? 127 : 63;
  for (int round = 0; round < 60; ++round) {
    check_panels(random, random_product(random, largest), GemmKernel::onednn);
  }
}

TEST_CASE("oneDNN is preferred only where its products are exact", "[gemm]") {
  if (preferred_gemm_kernel() == GemmKernel::onednn) {
    CHECK(probe_onednn_gemm());
  }
  // 255 * 127 twice is beyond 16 bits: a processor that adds pairs there must not pass the probe.
  const std::vector<std::uint8_t> activations(64, 255);
  const std::vector<std::int8_t> weights(64, 127);
  std::vector<std::int32_t> sum(1);
  gemm_onednn(activations, false, weights, 64, 1, 1, 64, sum);
  CHECK((sum[0] == 64 * 255 * 127 || !probe_onednn_gemm()));
}

TEST_CASE("the processor's preferred kernel multiplies extreme weights exactly", "[gemm]") {
  Random random(41);
  for (int round = 0; round < 30; ++round) {
    check_panels(random, random_product(random, 127), preferred_gemm_kernel());
  }
}

TEST_CASE("panels of different steps do not multiply", "[gemm]") {
  Random random(43);
  const Product p = random_product(random, 10);
  ActivationPanel activations;
  activations.gather(p.shape, p.window, p.step, p.activations);
  WeightPanel weights;
  weights.reset(4, p.step.elements + 1, false);
  std::vector<std::int32_t> c(10000);
  CHECK_THROWS_AS(weights.multiply_add(activations, c), Error);
  CHECK_THROWS_AS(weights.set(0, 5, std::vector<std::int8_t>(10000), p.step.elements + 1), Error);
  CHECK_THROWS_AS(weights.set(0, 1, std::vector<std::int8_t>(10000), p.step.elements + 1,
                              std::vector<std::int16_t>(100)),
                  Error);
}

TEST_CASE("non-zero elements are counted per column, beyond the range of narrow counters",
          "[gemm]") {
  Random random(47);
  for (const std::size_t rows :
       {std::size_t{1}, std::size_t{7}, std::size_t{300}, std::size_t{66000}}) {
    const std::size_t columns = rows > 1000 ? 3 : 53;
    const std::size_t stride = columns + 2;
    std::vector<std::int16_t> words(rows * stride);
    std::vector<std::uint8_t> bytes(rows * stride);
    std::vector<std::uint32_t> expected(columns, 5);  // counts are added to
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool present = random() % 3 != 0;
      words[i] = present ? -256 : 0;
      bytes[i] = present ? 128 : 0;
      if (i % stride < columns) {
        expected[i % stride] += present;
      }
    }
    std::vector<std::uint32_t> counts(columns, 5);
    count_nonzero(Span<const std::int16_t>(words), rows, stride, counts);
    CHECK(counts == expected);
    std::fill(counts.begin(), counts.end(), 5u);
    count_nonzero(Span<const std::uint8_t>(bytes), rows, stride, counts);
    CHECK(counts == expected);
  }
}

}  // namespace
}  // namespace lacuna::engine
