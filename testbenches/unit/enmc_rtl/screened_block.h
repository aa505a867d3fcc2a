// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "enmc/rank_params.h"
#include "enmc/screener_body.h"
#include "sparse/screening/int4.h"
#include "support/array/random_bits.h"

namespace lacuna::enmc::test {

using lacuna::test::RandomBits;

/// A block of rows with all that it is screened with.
struct ScreenedBlock {
  ScreenerBlock block;
  std::vector<std::uint8_t> features;
  std::vector<std::int32_t> biases;
  std::vector<std::uint8_t> weights;
  std::size_t load = 256;  ///< bytes of weights that come at once
};

/// What a body says of it.
struct ScreenedOutcome {
  std::vector<std::uint64_t> multiplied;  ///< clocks, by load
  struct Context {
    std::vector<std::int32_t> sums;
    std::vector<std::uint64_t> compared;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint64_t> clocks;  ///< of each index, then of the step
  };
  std::vector<Context> contexts;
};

inline bool operator==(const ScreenedOutcome::Context& a, const ScreenedOutcome::Context& b) {
  return a.sums == b.sums && a.compared == b.compared && a.rows == b.rows && a.clocks == b.clocks;
}

inline ScreenedOutcome screened(ScreenerBody& body, const ScreenedBlock& what) {
  ScreenedOutcome outcome;
  body.load_features(what.block, what.features);
  body.load_biases(what.block, what.biases);
  for (std::size_t at = 0; at < what.weights.size(); at += what.load) {
    const std::size_t bytes = std::min(what.load, what.weights.size() - at);
    outcome.multiplied.push_back(
        body.multiply(what.block, Span<const std::uint8_t>(what.weights).subspan(at, bytes)));
  }
  for (std::uint32_t context = 0; context < what.block.contexts; ++context) {
    const FilteredBlock filtered = body.filter(what.block, context);
    ScreenedOutcome::Context one;
    std::copy(filtered.sums.begin(), filtered.sums.end(), std::back_inserter(one.sums));
    std::copy(filtered.compared.begin(), filtered.compared.end(), std::back_inserter(one.compared));
    for (const PassedRow& row : filtered.passed) {
      one.rows.push_back(row.row);
      one.clocks.push_back(row.clock);
    }
    one.clocks.push_back(filtered.clocks);
    outcome.contexts.push_back(one);
  }
  return outcome;
}

/// Sums by plain loops, and whose lie above the threshold.
inline std::string wrong_sums(const ScreenedBlock& what, const ScreenedOutcome& outcome) {
  const std::size_t bytes = what.block.row_bytes();
  for (std::uint32_t context = 0; context < what.block.contexts; ++context) {
    const auto features = Span<const std::uint8_t>(what.features).subspan(context * bytes, bytes);
    std::vector<std::uint32_t> passed;
    for (std::uint32_t row = 0; row < what.block.rows; ++row) {
      const auto weights = Span<const std::uint8_t>(what.weights).subspan(row * bytes, bytes);
      std::int32_t sum = what.biases[row];
      for (std::uint32_t i = 0; i < what.block.length; ++i) {
        sum += sparse::screening::int4_at(weights, i) * sparse::screening::int4_at(features, i);
      }
      if (outcome.contexts[context].sums[row] != sum) {
        return "context " + std::to_string(context) + ", row " + std::to_string(row);
      }
      if (sum > what.block.threshold) {
        passed.push_back(row);
      }
    }
    if (passed != outcome.contexts[context].rows) {
      return "indices of context " + std::to_string(context);
    }
  }
  return "";
}

/// Any block that a host may send: rows of 1 to 512 values, contexts as they fit, as the buffers have 256 bytes.
inline ScreenedBlock random_block(RandomBits& random) {
  ScreenedBlock what;
  ScreenerBlock& block = what.block;
  const std::uint32_t longest = random.chance(50) ? 512 : random.chance(50) ? 130 : 20;
  block.length = 1 + random.up_to(longest - 1);
  block.contexts = 1 + random.up_to(std::min(8U, 256 / block.row_bytes()) - 1);
  const std::uint32_t most_rows = 64 / block.contexts;
  block.rows = random.chance(50) ? most_rows : 1 + random.up_to(most_rows - 1);
  block.first_row = 64 * random.up_to(99);
  what.features.resize(std::size_t{block.contexts} * block.row_bytes());
  what.weights.resize(std::size_t{block.rows} * block.row_bytes());
  for (auto* bytes : {&what.features, &what.weights}) {
    for (std::uint8_t& byte : *bytes) {
      byte = static_cast<std::uint8_t>(random.up_to(255));
    }
  }
  for (std::uint32_t row = 0; row < block.rows; ++row) {
    what.biases.push_back(random.between(-200, 200));
  }
  what.load = 64 * (1 + random.up_to(63));
  // About the spread of the sums: few pass, many, all, or none.
  const std::int32_t spread = 100 + 2 * static_cast<std::int32_t>(block.length);
  block.threshold = random.between(-2 * spread, 2 * spread);
  return what;
}

}  // namespace lacuna::enmc::test
