// SPDX-License-Identifier: Apache-2.0
// The kernels choose their instruction set at run time; every one that this processor has must give
// the same.
#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>
#include <hwy/targets.h>

#include "engine/gemm.h"
#include "engine/gemm_nonzero.h"
#include "engine/output_stage.h"
#include "shapes.h"

namespace lacuna::engine {
namespace {

using testing::pick;
using testing::Random;

struct Results {
  std::vector<std::int32_t> product;
  std::vector<std::uint32_t> counts;
  std::vector<std::uint8_t> outputs;
};

Results compute() {
  Random random(61);
  constexpr std::size_t positions = 27;
  constexpr std::size_t channels = 75;
  constexpr std::size_t elements = 577;
  const std::size_t stride = gemm_stride(elements);
  std::vector<std::int16_t> a(positions * stride);
  std::vector<std::int16_t> b(channels * elements);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] =
        i % stride < elements && i % 3 != 0 ? static_cast<std::int16_t>(random()) : std::int16_t{0};
  }
  std::generate(b.begin(), b.end(), [&] { return static_cast<std::int16_t>(random()); });
  PackedWeights weights;
  weights.reset(channels, elements);
  weights.pack(0, channels, b, elements);
  Results r;
  r.product.resize(positions * channels);
  gemm_int16(a, stride, positions, weights, r.product, false);
  r.counts.resize(elements);
  count_nonzero(Span<const std::int16_t>(a), positions, stride, r.counts);
  std::vector<ChannelScale> scales(channels);
  for (ChannelScale& scale : scales) {
    scale = {static_cast<std::int32_t>(random() % 1000), static_cast<std::int32_t>(random() >> 33),
             static_cast<std::int32_t>(pick(random, 30, 62))};
  }
  r.outputs.resize(r.product.size());
  OutputStage(scales, true, false, OutputType::int8).finish(r.product, r.outputs);
  return r;
}

TEST_CASE("every instruction set gives the same results") {
  const Results expected = compute();
  std::int64_t targets = hwy::SupportedTargets();
  int tried = 0;
  for (; targets != 0; targets &= targets - 1) {
    const std::int64_t target = targets & ~(targets - 1);
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    INFO(gemm_instruction_set());
    const Results r = compute();
    CHECK(r.product == expected.product);
    CHECK(r.counts == expected.counts);
    CHECK(r.outputs == expected.outputs);
    ++tried;
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
  CHECK(tried > 0);
}

}  // namespace
}  // namespace lacuna::engine
