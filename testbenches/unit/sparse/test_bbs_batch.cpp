// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>
#include <hwy/highway.h>
#include <hwy/targets.h>

#include "core/error.h"
#include "sparse/bbs_batch.h"
#include "unit/sparse/naive_bbs.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

/// Compresses random rows both ways and requires equality of everything.
void require_equal_to_single_groups(const BbsPruning& pruning, const GroupCut& cut,
                                    std::mt19937& random) {
  std::vector<std::int8_t> weights;
  while (weights.size() < cut.weights()) {
    const std::vector<std::int8_t> some = naive::random_weights(random, cut.group);
    weights.insert(weights.end(), some.begin(), some.end());
  }
  weights.resize(cut.weights());
  std::vector<std::int16_t> fast(weights.size());
  std::vector<GroupMetadata> metadata(cut.groups());
  const std::uint64_t error = compress_groups(pruning, cut, weights, fast, metadata);

  std::uint64_t expected_error = 0;
  std::vector<std::int16_t> slow(weights.size());
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < cut.groups_per_row(); ++g) {
      const std::size_t at = row * cut.row_length + g * cut.group;
      const CompressedGroup group =
          compress_group(pruning, Span<const std::int8_t>(weights.data() + at, cut.length(g)),
                         Span<std::int16_t>(slow.data() + at, cut.length(g)));
      REQUIRE(metadata[row * cut.groups_per_row() + g] == group.metadata);
      expected_error += group.squared_error;
    }
  }
  REQUIRE(fast == slow);
  REQUIRE(error == expected_error);
}

}  // namespace

TEST_CASE("many groups at once equal group by group, on every instruction set of this processor") {
  std::mt19937 random(3);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    INFO(hwy::TargetName(target));
    for (int trial = 0; trial < 60; ++trial) {
      const std::size_t group = trial % 2 == 0 ? 32 : 1 + random() % 256;
      const GroupCut cut{1 + random() % 300, 1 + random() % 4, group};
      const BbsPruning pruning{
          random() % 3 == 0 ? BbsMethod::rounded_averaging : BbsMethod::zero_point_shifting,
          static_cast<unsigned>(random() % 7), static_cast<unsigned>(1 + random() % 6)};
      require_equal_to_single_groups(pruning, cut, random);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST_CASE("every group of two extreme weights is compressed alike") {
  const std::vector<int> extremes{-128, -127, -65, -64, -1, 0, 1, 63, 64, 127};
  std::vector<std::int8_t> weights;
  for (const int a : extremes) {
    for (const int b : extremes) {
      weights.push_back(static_cast<std::int8_t>(a));
      weights.push_back(static_cast<std::int8_t>(b));
    }
  }
  const GroupCut cut{weights.size(), 1, 2};
  for (const BbsMethod method : {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
    for (unsigned columns = 0; columns <= 6; ++columns) {
      std::vector<std::int16_t> fast(weights.size());
      std::vector<GroupMetadata> metadata(cut.groups());
      compress_groups({method, columns, 6}, cut, weights, fast, metadata);
      for (std::size_t g = 0; g < metadata.size(); ++g) {
        std::vector<std::int16_t> slow(2);
        const CompressedGroup group = compress_group(
            {method, columns, 6}, Span<const std::int8_t>(weights.data() + 2 * g, 2), slow);
        REQUIRE(metadata[g] == group.metadata);
        REQUIRE(fast[2 * g] == slow[0]);
        REQUIRE(fast[2 * g + 1] == slow[1]);
      }
    }
  }
}

TEST_CASE("buffers that do not fit the cut are refused") {
  std::vector<std::int8_t> weights(64);
  std::vector<std::int16_t> to(64);
  std::vector<GroupMetadata> metadata(2);
  CHECK_NOTHROW(compress_groups({}, {64, 1, 32}, weights, to, metadata));
  CHECK_THROWS_AS(compress_groups({}, {64, 1, 16}, weights, to, metadata), Error);
  CHECK_THROWS_AS(compress_groups({}, {32, 1, 32}, weights, to, metadata), Error);
  CHECK_THROWS_AS(compress_groups({}, {64, 1, 0}, weights, to, metadata), Error);
  CHECK_THROWS_AS(compress_groups({}, {64, 1, 257}, weights, to, metadata), Error);
}
