// SPDX-License-Identifier: Apache-2.0
#include "bitvert/column_decoder.h"

#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using lacuna::bitvert::decode_columns;
using lacuna::bitvert::decode_columns_by_words;
using lacuna::bitvert::RowColumns;

/// A row as the weight buffer holds it, and what it means by the definition of a bit column.
struct Row {
  std::vector<std::uint8_t> widths;
  std::vector<std::uint8_t> redundant;
  std::vector<std::uint8_t> columns;
  std::vector<std::int8_t> weights;
  std::vector<std::vector<unsigned>> ones;  ///< [pass and column that counts][weight]
};

Row random_row(std::mt19937& random, std::size_t groups) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  Row row;
  for (std::size_t g = 0; g < groups; ++g) {
    row.widths.push_back(static_cast<std::uint8_t>(2 + below(7)));
    row.redundant.push_back(static_cast<std::uint8_t>(below(4)));
    for (unsigned pass = 0; pass < 2; ++pass) {
      std::vector<int> weights(16, 0);
      for (unsigned i = 0; i < row.widths[g]; ++i) {
        const unsigned bits = below(5) == 0 ? below(2) * 0xFFFF : below(0x10000);
        row.columns.push_back(static_cast<std::uint8_t>(bits & 0xFF));
        row.columns.push_back(static_cast<std::uint8_t>(bits >> 8));
        const int significance = 7 - static_cast<int>(row.redundant[g] + i);
        if (significance < 0) {
          continue;
        }
        row.ones.emplace_back();
        for (unsigned weight = 0; weight < 16; ++weight) {
          const unsigned bit = bits >> weight & 1;
          row.ones.back().push_back(bit);
          const int value = static_cast<int>(bit << significance);
          weights[weight] += i == 0 ? -value : value;  // the first column is the sign's
        }
      }
      row.weights.insert(row.weights.end(), weights.begin(), weights.end());
    }
  }
  return row;
}

std::uint64_t minority_bits(const Row& row, unsigned sub_group) {
  std::uint64_t sum = 0;
  for (const std::vector<unsigned>& column : row.ones) {
    for (unsigned first = 0; first < 16; first += sub_group) {
      unsigned ones = 0;
      for (unsigned i = first; i < first + sub_group; ++i) {
        ones += column[i];
      }
      sum += std::min(ones, sub_group - ones);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("columns decode to the weights that they define", "[bitvert]") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 500; ++trial) {
    const Row row = random_row(random, 1 + random() % 9);
    std::vector<std::uint8_t> columns = row.columns;
    for (std::size_t i = 0; i < lacuna::bitvert::row_slack; ++i) {
      columns.push_back(static_cast<std::uint8_t>(random()));
    }
    const RowColumns packed{columns.data(), row.widths, row.redundant};
    for (const unsigned sub_group : {4u, 8u, 16u}) {
      std::vector<std::int8_t> vectors(row.weights.size());
      std::vector<std::int8_t> words(row.weights.size());
      REQUIRE(decode_columns(packed, sub_group, vectors.data()) == minority_bits(row, sub_group));
      REQUIRE(vectors == row.weights);
      REQUIRE(decode_columns_by_words(packed, sub_group, words.data()) ==
              minority_bits(row, sub_group));
      REQUIRE(words == row.weights);
    }
  }
}
