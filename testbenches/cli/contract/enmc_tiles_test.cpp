// SPDX-License-Identifier: Apache-2.0
// What a program does with single buffers of a rank: every value is a small whole number, so that any order of summation is exact
// and a few lines here know the result.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "cli/contract/rank_program.h"

namespace lacuna::testing {

namespace {

constexpr std::size_t tile_values = 64;

std::uint64_t pair_of(float low, float high) {
  std::uint32_t bits[2];
  std::memcpy(&bits[0], &low, 4);
  std::memcpy(&bits[1], &high, 4);
  return std::uint64_t{bits[1]} << 32 | bits[0];
}

std::uint64_t pair_of(std::int32_t low, std::int32_t high) {
  return std::uint64_t{static_cast<std::uint32_t>(high)} << 32 | static_cast<std::uint32_t>(low);
}

template <class Value>
std::string writes(std::uint64_t address, const std::vector<Value>& values) {
  std::string script;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    script +=
        fmt::format("write {:#x} {:#x}\n", address + 4 * i, pair_of(values[i], values[i + 1]));
  }
  return script;
}

/// In memory, once the rank is the host's again.
template <class Value>
std::string expects(std::uint64_t address, const std::vector<Value>& values) {
  std::string script;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    script += fmt::format("poll {:#x} 0xffffffffffffffff {:#x}\n", address + 4 * i,
                          pair_of(values[i], values[i + 1]));
  }
  return script;
}

std::string returns(std::uint64_t entry) {
  return fmt::format("poll {:#x} 0xffffffffffffffff {:#x}\n", address_of(0b01011U << 8, true),
                     entry);
}

std::vector<float> some_values(std::uint32_t seed, std::size_t count) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(static_cast<int>(random() % 41) - 20);
  }
  return values;
}

/// INT4 values, two a byte, the first in the low half.
std::string writes_int4(std::uint64_t address, const std::vector<int>& values) {
  std::string script;
  for (std::size_t i = 0; i < values.size(); i += 16) {
    std::uint64_t word = 0;
    for (std::size_t j = 0; j < 16; ++j) {
      word |= static_cast<std::uint64_t>(values[i + j] & 15) << (4 * j);
    }
    script += fmt::format("write {:#x} {:#x}\n", address + i / 2, word);
  }
  return script;
}

void check(const TemporaryFolder& folder, const std::string& script) {
  const auto run = run_script(folder, script);
  INFO(run.errors);
  CHECK(run.status == 0);
}

}  // namespace

TEST_CASE(
    "FP32 tiles are multiplied into the lanes of the partial sums and come back by both ways") {
  const TemporaryFolder folder;
  const std::vector<float> features = some_values(1, 2 * tile_values);
  const std::vector<float> weights = some_values(2, 2 * tile_values);
  std::vector<float> lanes(tile_values, 0);
  for (std::size_t j = 0; j < features.size(); ++j) {
    lanes[j % 16] += features[j] * weights[j];
  }
  std::string script = writes(0x2000, features) + writes(0x3000, weights);
  script += script_of(folder,
                      "INIT owner, 1\n"
                      "INIT feature_fp32_address, 0x2000\nINIT weight_fp32_address, 0x3000\n"
                      "LDR feature_fp32\nLDR weight_fp32\nMUL_ADD_FP32 feature_fp32, weight_fp32\n"
                      "LDR feature_fp32\nLDR weight_fp32\nMUL_ADD_FP32 feature_fp32, weight_fp32\n"
                      "STR psum_fp32, 0x5000\nMOVE psum_fp32, output\nINIT owner, 0\n");
  script += query(3, 0x2200) + query(6, 0x3200) + query(18, 12) + expects(0x5000, lanes);
  for (std::size_t i = 0; i < 16; i += 2) {
    script += returns(pair_of(lanes[i], lanes[i + 1]));
  }
  check(folder, script);
}

TEST_CASE("FP32 buffers are added, multiplied, moved and cleared, and the sigmoid of 0 is a half") {
  const TemporaryFolder folder;
  const std::vector<float> a = some_values(3, tile_values);
  const std::vector<float> b = some_values(4, tile_values);
  std::vector<float> sum(tile_values);
  std::vector<float> product(tile_values);
  for (std::size_t i = 0; i < tile_values; ++i) {
    sum[i] = a[i] + b[i];
    product[i] = sum[i] * b[i];
  }
  std::string script = writes(0x2000, a) + writes(0x3000, b);
  script += script_of(folder,
                      "INIT owner, 1\nLDR feature_fp32, 0x2000\nLDR psum_fp32, 0x3000\n"
                      "MOVE psum_fp32, weight_fp32\nADD_FP32 feature_fp32, weight_fp32\n"
                      "STR psum_fp32, 0x5000\nMUL_FP32 psum_fp32, weight_fp32\n"
                      "STR psum_fp32, 0x6000\nCLR\nINIT owner, 1\nSTR psum_fp32, 0x7000\n"
                      "SIGMOID psum_fp32\nSTR psum_fp32, 0x8000\nINIT owner, 0\n");
  script += query(16, 0) + query(18, 14);
  script += expects(0x5000, sum) + expects(0x6000, product) +
            expects(0x7000, std::vector<float>(tile_values, 0.0F)) +
            expects(0x8000, std::vector<float>(tile_values, 0.5F));
  check(folder, script);
}

TEST_CASE("INT4 buffers are added and multiplied into sums that the filter sees") {
  const TemporaryFolder folder;
  std::mt19937 random(5);
  std::vector<int> features(512);
  std::vector<int> weights(512);
  for (std::size_t i = 0; i < 512; ++i) {
    features[i] = static_cast<int>(random() % 16) - 8;
    weights[i] = static_cast<int>(random() % 16) - 8;
  }
  std::vector<std::int32_t> sum(64);
  std::vector<std::int32_t> product(64);
  std::uint64_t above = 0;
  for (std::size_t i = 0; i < 64; ++i) {
    sum[i] = features[i] + weights[i];
    product[i] = sum[i] * weights[i];
    above += product[i] > 20 ? 1 : 0;
  }
  std::string script = writes_int4(0x2000, features) + writes_int4(0x3000, weights);
  script += script_of(folder,
                      "INIT owner, 1\nINIT batch_size, 1\nINIT screener_length, 512\n"
                      "INIT rows, 64\nINIT block_rows, 64\nINIT threshold, 20\n"
                      "INIT fp32_row_bytes, 64\nINIT dimension, 1\n"
                      "INIT weight_fp32_address, 0x10000\nINIT batch_id, 0\n"
                      "LDR feature_int4, 0x2000\nLDR weight_int4, 0x3000\n"
                      "ADD_INT4 feature_int4, weight_int4\nSTR psum_int4, 0x5000\n"
                      "MUL_INT4 psum_int4, weight_int4\nSTR psum_int4, 0x6000\n"
                      "STR feature_int4, 0x7000\nFILTER psum_int4\n");
  for (std::uint64_t i = 0; i <= above; ++i) {
    script += fmt::format("poll {:#x} 0 0\n", address_of(0b01011U << 8, true));
  }
  script += script_of(folder, "BARRIER\nINIT owner, 0\n") + query(16, 0) + query(19, above);
  script += expects(0x5000, sum) + expects(0x6000, product);
  std::vector<std::int32_t> packed(64);
  for (std::size_t i = 0; i < 64; ++i) {
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 8; ++j) {
      word |= static_cast<std::uint32_t>(features[8 * i + j] & 15) << (4 * j);
    }
    packed[i] = static_cast<std::int32_t>(word);
  }
  check(folder, script + expects(0x7000, packed));
}

}  // namespace lacuna::testing
