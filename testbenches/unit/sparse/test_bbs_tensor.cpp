// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "sparse/bbs_tensor.h"
#include "sparse/weight_order.h"
#include "unit/sparse/naive_bbs.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

Tensor random_tensor(const Shape& shape, unsigned seed) {
  std::mt19937 random(seed);
  Tensor tensor(DataType::int8, shape);
  for (std::int8_t& weight : tensor.elements<std::int8_t>()) {
    weight = naive::random_weights(random, 1)[0];
  }
  return tensor;
}

/// The element of a tensor of rank 4 (or 2, kernel 1x1) at [k, c, y, x].
template <class T>
int at(const Tensor& tensor, std::size_t k, std::size_t c, std::size_t y, std::size_t x) {
  const Shape& shape = tensor.shape();
  const std::size_t height = shape.size() == 4 ? shape[2] : 1;
  const std::size_t width = shape.size() == 4 ? shape[3] : 1;
  return tensor.elements<T>()[((k * shape[1] + c) * height + y) * width + x];
}

/// Weights with k, y, x, c as loops, x the last but one: what groups see.
template <class T>
std::vector<int> in_group_order(const Tensor& tensor) {
  const Shape& shape = tensor.shape();
  std::vector<int> values;
  for (std::size_t k = 0; k < shape[0]; ++k) {
    for (std::size_t y = 0; y < (shape.size() == 4 ? shape[2] : 1); ++y) {
      for (std::size_t x = 0; x < (shape.size() == 4 ? shape[3] : 1); ++x) {
        for (std::size_t c = 0; c < shape[1]; ++c) {
          values.push_back(at<T>(tensor, k, c, y, x));
        }
      }
    }
  }
  return values;
}

struct Expected {
  std::vector<int> weights;
  std::vector<std::vector<int>> metadata;
  long squared_error = 0;
  std::size_t column_bits = 0;
};

/// Cuts rows into groups the slow way.
Expected expect(const std::vector<int>& weights, std::size_t row, std::size_t group,
                const BbsPruning& pruning) {
  Expected expected;
  std::vector<int> current;
  const auto finish = [&] {
    const int columns = static_cast<int>(pruning.columns);
    const naive::Group result =
        pruning.method == BbsMethod::rounded_averaging
            ? naive::rounded_averaging(current, columns)
            : naive::zero_point_shifting(current, columns, static_cast<int>(pruning.constant_bits));
    expected.weights.insert(expected.weights.end(), result.weights.begin(), result.weights.end());
    expected.metadata.push_back({result.redundant, result.low, result.constant});
    expected.squared_error += result.squared_error;
    const int redundant = result.redundant > 3 ? 3 : result.redundant;
    expected.column_bits += current.size() * static_cast<std::size_t>(8 - redundant - result.low);
    current.clear();
  };
  for (std::size_t i = 0; i < weights.size(); ++i) {
    current.push_back(weights[i]);
    if (current.size() == group || (i + 1) % row == 0) {
      finish();
    }
  }
  return expected;
}

void require_equal(const CompressedTensor& compressed, const Expected& expected) {
  REQUIRE(std::vector<int>(compressed.weights.begin(), compressed.weights.end()) ==
          expected.weights);
  REQUIRE(in_group_order<std::int16_t>(reconstructed(compressed)) == expected.weights);
  REQUIRE(compressed.metadata.size() == expected.metadata.size());
  const Tensor metadata = metadata_tensor(compressed.metadata);
  REQUIRE(metadata.shape() == Shape{expected.metadata.size(), 3});
  for (std::size_t g = 0; g < expected.metadata.size(); ++g) {
    for (std::size_t i = 0; i < 3; ++i) {
      REQUIRE(int{metadata.elements<std::int8_t>()[g * 3 + i]} == expected.metadata[g][i]);
    }
  }
  REQUIRE(long(compressed.squared_error) == expected.squared_error);
  REQUIRE(compressed.sizes.stored_column_bits == expected.column_bits);
  REQUIRE(compressed.sizes.metadata_bits == 8 * expected.metadata.size());
}

}  // namespace

TEST_CASE("the order of weights and back") {
  Tensor tensor(DataType::int8, {2, 3, 1, 2});
  for (std::size_t i = 0; i < 12; ++i) {
    tensor.elements<std::int8_t>()[i] = static_cast<std::int8_t>(i);
  }
  const std::vector<std::int8_t> last = channels_last(tensor);
  CHECK(last == std::vector<std::int8_t>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11});
  const std::vector<std::int16_t> wide(last.begin(), last.end());
  const Tensor back = channels_first(wide, tensor.shape());
  CHECK(back.type() == DataType::int16);
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(back.elements<std::int16_t>()[i] == static_cast<int>(i));
  }
}

TEST_CASE("flattened groups run over channels and end with a short one") {
  std::mt19937 random(6);
  const std::vector<Shape> shapes{{5, 33}, {1, 32}, {3, 40, 3, 1}, {7, 35, 1, 1}, {2, 64, 2, 2}};
  for (const Shape& shape : shapes) {
    for (const BbsMethod method : {BbsMethod::rounded_averaging, BbsMethod::zero_point_shifting}) {
      const BbsPruning pruning{method, 3, 4};
      const Tensor tensor = random_tensor(shape, random());
      const CompressedTensor compressed =
          compress_tensor(tensor, {pruning, 32, GroupOrder::flattened, {}});
      INFO(to_text(shape));
      require_equal(compressed,
                    expect(in_group_order<std::int8_t>(tensor), tensor.size(), 32, pruning));
    }
  }
}

TEST_CASE("machine groups never cross a channel") {
  const BbsPruning pruning{BbsMethod::zero_point_shifting, 4, 3};
  for (const Shape& shape : std::vector<Shape>{{4, 33}, {3, 5, 3, 3}, {6, 1, 1, 1}, {2, 64}}) {
    const Tensor tensor = random_tensor(shape, 7);
    const CompressedTensor compressed =
        compress_tensor(tensor, {pruning, 32, GroupOrder::machine, {}});
    INFO(to_text(shape));
    require_equal(compressed, expect(in_group_order<std::int8_t>(tensor), tensor.size() / shape[0],
                                     32, pruning));
  }
}

TEST_CASE("layers with few input channels: shortened groups, or straddling ones") {
  const BbsPruning pruning{BbsMethod::rounded_averaging, 2, 6};
  const Tensor tensor = random_tensor({4, 3, 5, 5}, 8);
  const std::vector<int> order = in_group_order<std::int8_t>(tensor);
  const CompressedTensor shortened =
      compress_tensor(tensor, {pruning, 32, GroupOrder::flattened, NarrowInputs::shorten});
  CHECK(shortened.cut.group == 3);
  require_equal(shortened, expect(order, tensor.size(), 3, pruning));
  const CompressedTensor straddling =
      compress_tensor(tensor, {pruning, 32, GroupOrder::flattened, NarrowInputs::straddle});
  CHECK(straddling.cut.group == 32);
  require_equal(straddling, expect(order, tensor.size(), 32, pruning));
}

TEST_CASE("other group lengths") {
  const BbsPruning pruning{BbsMethod::rounded_averaging, 4, 6};
  const Tensor tensor = random_tensor({3, 300}, 9);
  for (const unsigned group : {1U, 7U, 16U, 64U, 256U}) {
    require_equal(compress_tensor(tensor, {pruning, group, GroupOrder::flattened, {}}),
                  expect(in_group_order<std::int8_t>(tensor), tensor.size(), group, pruning));
  }
}

TEST_CASE("a group of 32 pruned by N columns takes 8 - N + 1/4 bits a weight [BBS §V]") {
  // 64 and -64 keep bit 6 in use, so that no column is redundant.
  Tensor tensor(DataType::int8, {2, 32});
  for (std::size_t i = 0; i < 64; ++i) {
    tensor.elements<std::int8_t>()[i] = static_cast<std::int8_t>(i % 2 == 0 ? 64 : -65);
  }
  const BbsSizes sizes =
      compress_tensor(tensor, {{BbsMethod::rounded_averaging, 2, 6}, 32, {}, {}}).sizes;
  CHECK(sizes.effective_bits_per_weight() == 6.25);
  CHECK(sizes.compression_ratio() == 8 / 6.25);
  CHECK(compress_tensor(tensor, {{BbsMethod::rounded_averaging, 4, 6}, 32, {}, {}})
            .sizes.effective_bits_per_weight() == 4.25);
}

TEST_CASE("the largest error is found") {
  Tensor tensor(DataType::int8, {1, 4});
  const std::vector<int> weights{64, 64, 64, 67};  // low bits 0, 0, 0, 3: average 0.75 -> 1
  for (std::size_t i = 0; i < 4; ++i) {
    tensor.elements<std::int8_t>()[i] = static_cast<std::int8_t>(weights[i]);
  }
  const CompressedTensor compressed =
      compress_tensor(tensor, {{BbsMethod::rounded_averaging, 2, 6}, 4, {}, {}});
  CHECK(compressed.max_error == 2);
  CHECK(compressed.squared_error == 3 + 4);
}

TEST_CASE("tensors that are no weights are refused") {
  const TensorCompression how;
  CHECK_THROWS_WITH(compress_tensor(Tensor(DataType::int8, {4, 4, 4}), how),
                    Catch::Contains("rank 3"));
  CHECK_THROWS_WITH(compress_tensor(Tensor(DataType::int16, {4, 4}), how),
                    Catch::Contains("int16"));
  CHECK_THROWS_AS(compress_tensor(Tensor(DataType::int8, {4, 0}), how), Error);
  CHECK_THROWS_AS(compress_tensor(Tensor(DataType::int8, {4, 4}), {{}, 0, {}, {}}), Error);
  CHECK_THROWS_AS(compress_tensor(Tensor(DataType::int8, {4, 4}), {{}, 257, {}, {}}), Error);
}
