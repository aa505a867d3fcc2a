// SPDX-License-Identifier: Apache-2.0
// Layout and programs, and the clocks of a rank's units, by hand.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "core/error.h"
#include "enmc/assembler.h"
#include "enmc/layout.h"
#include "enmc/program.h"
#include "enmc/rank_timing.h"

namespace lacuna {

namespace {

constexpr std::uint64_t rank_bytes = std::uint64_t{8} << 30;

enmc::RankLayout layout_of(std::uint64_t categories, std::uint32_t dimension, std::uint32_t length,
                           std::uint32_t batch) {
  return enmc::lay_out({categories, dimension, length}, batch, 64, rank_bytes, {});
}

std::vector<std::string> texts(enmc::Program program) {
  std::vector<std::string> all;
  while (const auto instruction = program.next()) {
    all.push_back(enmc::to_text(*instruction));
  }
  return all;
}

}  // namespace

TEST_CASE("a tile of 256 bytes keeps 128 INT4 MACs busy for four clocks a context") {
  enmc::RankParams params;
  CHECK(enmc::screening_clocks(params, 256, 1) == 4);
  CHECK(enmc::screening_clocks(params, 256, 4) == 16);
  CHECK(enmc::screening_clocks(params, 65, 1) == 2);  // 130 values
  params.int4_macs = 64;
  CHECK(enmc::screening_clocks(params, 256, 1) == 8);
  CHECK(enmc::accurate_clocks(params, 256) == 4);  // 64 values, 16 MACs
  CHECK(enmc::reduction_clocks(params) == 4 + 1);  // 16 lanes, the bias
  CHECK(enmc::filter_clocks(params, 64, 3) == 1 + 3);
  CHECK(enmc::special_clocks(params, 64) == 16);
}

TEST_CASE("rows are spread over ranks one by one") {
  const enmc::RankLayout layout = layout_of(1000, 512, 128, 1);  // 15 * 64 + 40
  CHECK(layout.rows_of(0) == 16);
  CHECK(layout.rows_of(39) == 16);
  CHECK(layout.rows_of(40) == 15);
  CHECK(layout.category_of(3, 2) == 131);
  CHECK(layout.row_bytes == 64);
  CHECK(layout.fp32_row_bytes == 2112);  // 513 values, whole bursts
  CHECK(layout.contexts == 1);
  CHECK(layout.block_rows == 64);
}

TEST_CASE("as many contexts go in a pass as the buffers hold") {
  CHECK(layout_of(1000, 512, 128, 4).contexts == 4);     // 4 * 64 bytes
  CHECK(layout_of(1000, 512, 128, 4).block_rows == 16);  // 64 sums
  CHECK(layout_of(1000, 512, 128, 5).contexts == 4);
  CHECK(layout_of(1000, 1500, 375, 4).contexts == 1);          // 188 bytes
  CHECK(layout_of(1000, 512, 128, 3).block_rows == 16);        // 21 rounded down
  CHECK_THROWS_AS(layout_of(1000, 3000, 513, 1), Error);       // 257 bytes
  CHECK_THROWS_AS(layout_of(1000000000, 512, 128, 1), Error);  // 33 GB a rank
}

TEST_CASE("a block is three instructions where addresses move on by themselves") {
  const enmc::RankLayout layout = layout_of(100, 512, 128, 1);
  const auto program = texts(enmc::Program(layout, 0, {512, 128, -5, 1.0F, false}, {0, 1, true},
                                           enmc::Issue::auto_increment));
  // 16 registers, features, one block of two rows, the end.
  REQUIRE(program.size() == 16 + 1 + 3 + 2);
  CHECK(program[0] == "INIT owner, 0x1");
  CHECK(program[6] == "INIT loop_tiles, 0x10");
  CHECK(program[7] == "INIT threshold, 0xfffffffb");
  CHECK(program[15] == "INIT batch_id, 0x0");
  CHECK(program[17] == "LDR psum_int4");
  CHECK(program[18] == "MUL_ADD_INT4 feature_int4, weight_int4");
  CHECK(program[19] == "FILTER psum_int4");
  CHECK(program[20] == "SOFTMAX psum_fp32");
  CHECK(program[21] == "INIT owner, 0x0");
}

TEST_CASE("plain programs say every tile's address") {
  const enmc::RankLayout layout = layout_of(100 * 64, 512, 128, 1);
  const auto program = texts(
      enmc::Program(layout, 0, {512, 128, 0, 1.0F, false}, {0, 1, false}, enmc::Issue::plain));
  // Two blocks: biases, 16 tiles of load and multiply, filter.
  REQUIRE(program.size() == 16 + 1 + 2 * (1 + 32 + 1) + 1);
  CHECK(program[17] == fmt::format("LDR psum_int4, {:#x}", layout.biases_int4));
  CHECK(program[18] == "LDR weight_int4, 0x0");
  CHECK(program[20] == "LDR weight_int4, 0x100");
  CHECK(program[17 + 34] == fmt::format("LDR psum_int4, {:#x}", layout.biases_int4 + 256));
  CHECK(program[17 + 35] == "LDR weight_int4, 0x1000");
  CHECK(program.back() == "SOFTMAX psum_fp32");
}

}  // namespace lacuna
