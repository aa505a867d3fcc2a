// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "core/tensor.h"
#include "sparse/bit_flip.h"
#include "sparse/compress_bit_flip.h"
#include "sparse/weight_order.h"

using namespace lacuna;
using namespace lacuna::sparse;

namespace {

std::vector<std::int8_t> flipped(std::vector<std::int8_t> weights, unsigned columns) {
  flip_group(weights, columns);
  return weights;
}

std::string golden(const std::string& name) {
  return std::string(LACUNA_TEST_DATA) + "/bbs/" + name;
}

}  // namespace

TEST_CASE("the low columns of a full group are rounded to nearest, ties towards zero") {
  // 64 and 127 leave no magnitude column free: of 5 columns 4 are magnitude, multiples of 8, at most 15 of them.
  CHECK(flipped({127, 64, 3, 4, 5, -12, -13, 0}, 5) ==
        std::vector<std::int8_t>{120, 64, 0, 0, 8, -8, -16, 0});
}

TEST_CASE("columns that are zero anyway cost nothing, and what stands above them stays") {
  // Nothing above 8: three columns are free, and the four below stay; nothing has to be flipped.
  CHECK(flipped({15, -7, 1, 0}, 5) == std::vector<std::int8_t>{15, -7, 1, 0});
  // 64 is used, 32 and 16 are not: 7 columns are left after them, the lowest is rounded away.
  CHECK(flipped({64 + 15, 64 + 1, 3, -5}, 5) == std::vector<std::int8_t>{64 + 14, 64, 2, -4});
}

TEST_CASE("the weight -128 becomes -127 before anything else") {
  CHECK(flipped({-128, 1}, 8) == std::vector<std::int8_t>{-127, 1});
  CHECK(flipped({-128, 1}, 5) == std::vector<std::int8_t>{-120, 0});
}

TEST_CASE("a flipped group has no more columns than it may have") {
  std::vector<std::int8_t> weights(32);
  for (unsigned columns = 2; columns <= 8; ++columns) {
    for (unsigned seed = 0; seed < 200; ++seed) {
      unsigned state = seed * 2654435761u + 1;
      for (std::int8_t& weight : weights) {
        state = state * 1664525u + 1013904223u;
        weight = static_cast<std::int8_t>(static_cast<int>(state >> 24) - 128);
        weight = static_cast<std::int8_t>(weight / (1 << (seed % 5)));
      }
      const unsigned used = used_columns(flipped(weights, columns));
      REQUIRE(static_cast<unsigned>(__builtin_popcount(used & 0x7Fu)) <= columns - 1);
    }
  }
}

TEST_CASE(
    "compress bitflip writes what the authors' program computes, and columns that decode to it") {
  const std::string directory = std::filesystem::temp_directory_path() / "lacuna_bitflip_test";
  std::filesystem::remove_all(directory);
  for (const std::string layer : {"g01_conv3x3", "g02_conv1x1", "g03_fc"}) {
    const BitFlipSummary summary = compress_bit_flip(golden(layer + ".w.npy"), directory, {});
    const Tensor weights = load_npy(directory + "/weights.npy");
    const Tensor expected = load_npy(golden(layer + ".bflip_N3_g32.npy"));
    REQUIRE(weights.shape() == expected.shape());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      REQUIRE(weights.elements<std::int8_t>()[i] == expected.elements<std::int16_t>()[i]);
    }
    const Tensor index = load_npy(directory + "/index.npy");
    const Tensor columns = load_npy(directory + "/columns.npy");
    CHECK(summary.columns == columns.size());
    CHECK(summary.groups == index.size());
    const std::vector<std::int8_t> ordered = channels_last(weights);
    std::size_t at = 0;
    for (std::size_t group = 0; group < index.size(); ++group) {
      std::vector<int> magnitudes(8, 0);
      unsigned signs = 0;
      for (int column = 7; column >= 0; --column) {
        if (((index.bytes()[group] >> column) & 1) == 0) {
          continue;
        }
        const unsigned bits = columns.bytes()[at++];
        for (unsigned lane = 0; lane < 8; ++lane) {
          magnitudes[lane] += column < 7 && ((bits >> lane) & 1u) != 0 ? 1 << column : 0;
        }
        signs = column == 7 ? bits : signs;
      }
      for (unsigned lane = 0; lane < 8; ++lane) {  // reductions here are multiples of 8
        const int weight = ((signs >> lane) & 1u) != 0 ? -magnitudes[lane] : magnitudes[lane];
        REQUIRE(weight == ordered[group * 8 + lane]);
      }
    }
    CHECK(at == columns.size());
  }
  std::filesystem::remove_all(directory);
}

TEST_CASE("compress bitflip leaves nothing behind when its input is missing") {
  const std::string directory = std::filesystem::temp_directory_path() / "lacuna_bitflip_none";
  CHECK_THROWS_AS(compress_bit_flip("no_such_file.npy", directory, {}), Error);
  CHECK_FALSE(std::filesystem::exists(directory));
}
