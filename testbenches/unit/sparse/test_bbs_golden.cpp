// SPDX-License-Identifier: Apache-2.0
// Weights compressed by the authors' public artifact, and (g12, where it cannot say) by an
// independent restatement.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/tensor.h"
#include "sparse/bbs_tensor.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

struct Case {
  std::string tensor;
  std::string variant;
  BbsPruning pruning;
};

template <class T>
std::vector<T> values(const Tensor& tensor) {
  const Span<const T> elements = tensor.elements<T>();
  return {elements.begin(), elements.end()};
}

void require_golden(const Case& c) {
  INFO(c.tensor << " " << c.variant);
  const std::string base = std::string(LACUNA_TEST_DATA) + "/bbs/" + c.tensor + ".";
  const Tensor expected = load_npy(base + c.variant + ".npy");
  const Tensor expected_metadata = load_npy(base + c.variant + ".meta.npy");
  const CompressedTensor compressed =
      compress_tensor(load_npy(base + "w.npy"), {c.pruning, 32, GroupOrder::flattened, {}});
  const Tensor weights = reconstructed(compressed);
  const Tensor metadata = metadata_tensor(compressed.metadata);
  REQUIRE(weights.shape() == expected.shape());
  REQUIRE(metadata.shape() == expected_metadata.shape());
  REQUIRE(values<std::int16_t>(weights) == values<std::int16_t>(expected));
  REQUIRE(values<std::int8_t>(metadata) == values<std::int8_t>(expected_metadata));
}

}  // namespace

TEST_CASE("compressed weights equal the published artifact's") {
  for (const char* tensor : {"g01_conv3x3", "g02_conv1x1", "g03_fc"}) {
    require_golden({tensor, "ra_N2_g32", {BbsMethod::rounded_averaging, 2, 6}});
    require_golden({tensor, "ra_N4_g32", {BbsMethod::rounded_averaging, 4, 6}});
    require_golden({tensor, "zps_N2_c6_g32", {BbsMethod::zero_point_shifting, 2, 6}});
    require_golden({tensor, "zps_N4_c6_g32", {BbsMethod::zero_point_shifting, 4, 6}});
  }
}

TEST_CASE("heavy tails, whose groups have more than three empty columns, are as restated") {
  require_golden({"g12_fc_heavy", "ra_N2_g32", {BbsMethod::rounded_averaging, 2, 6}});
  require_golden({"g12_fc_heavy", "zps_N4_c6_g32", {BbsMethod::zero_point_shifting, 4, 6}});
}

TEST_CASE("heavy tails have groups that the two-bit field cannot hold") {
  const Tensor weights = load_npy(std::string(LACUNA_TEST_DATA) + "/bbs/g12_fc_heavy.w.npy");
  const CompressedTensor compressed = compress_tensor(
      weights, {{BbsMethod::zero_point_shifting, 4, 6}, 32, GroupOrder::flattened, {}});
  std::uint64_t overfull = 0;
  std::uint64_t bits = 0;
  for (const GroupMetadata& group : compressed.metadata) {
    overfull += group.redundant > 3 ? 1U : 0U;
    // N = 4 columns are saved; with z > 3 and so m = 0, three.
    bits += 32U * (group.redundant > 3 ? 5U : 4U);
  }
  CHECK(overfull > 0);
  CHECK(compressed.overfull_groups == overfull);
  CHECK(compressed.sizes.stored_column_bits == bits);
  CHECK(compressed.sizes.metadata_bits == 8 * compressed.metadata.size());
}
