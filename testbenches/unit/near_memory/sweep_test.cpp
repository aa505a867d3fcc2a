// SPDX-License-Identifier: Apache-2.0
// The order of pieces, and clocks of the units.
#include "near_memory/sweep.h"

#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "near_memory/arithmetic.h"

namespace lacuna {

namespace {

using near_memory::Piece;

/// Every piece of a sweep; stored sums are as good as there.
std::vector<Piece> all_pieces(const near_memory::SweepRows& rows,
                              const near_memory::UnitLayout& layout,
                              const near_memory::UnitParams& params) {
  near_memory::Sweep sweep(rows, layout, params);
  std::vector<Piece> pieces;
  while (true) {
    if (const auto piece = sweep.next()) {
      pieces.push_back(*piece);
    } else if (sweep.held()) {
      sweep.release();
    } else {
      return pieces;
    }
  }
}

std::size_t count_of(const std::vector<Piece>& pieces, Piece::Kind kind) {
  std::size_t count = 0;
  for (const Piece& piece : pieces) {
    count += piece.kind == kind ? 1 : 0;
  }
  return count;
}

struct SweepSetup {
  near_memory::UnitParams params;
  near_memory::UnitLayout layout;
  near_memory::SweepRows rows;
};

SweepSetup sweep_of(std::uint32_t contexts, near_memory::Sums sums) {
  SweepSetup setup;
  setup.params.sums = sums;
  setup.params.feature_buffer = 512_B;
  setup.params.sum_buffer = 256_B;
  setup.layout =
      near_memory::lay_out({1000, 100, 25}, contexts, true, 2, 1U << 30, 64, setup.params);
  setup.rows.matrix = setup.layout.classifier;
  setup.rows.contexts = contexts;
  setup.rows.count = setup.layout.rows_of(0);
  return setup;
}

}  // namespace

TEST_CASE("every tile of every row comes once, whatever happens to sums") {
  for (const auto sums : {near_memory::Sums::stay, near_memory::Sums::spill}) {
    for (const std::uint32_t contexts : {1U, 3U}) {
      const SweepSetup setup = sweep_of(contexts, sums);
      const auto pieces = all_pieces(setup.rows, setup.layout, setup.params);
      std::map<std::uint32_t, std::set<std::uint32_t>> seen;
      for (const Piece& piece : pieces) {
        for (std::uint32_t i = 0; piece.kind == Piece::Kind::weights && i < piece.rows; ++i) {
          CHECK(seen[piece.index + i].insert(piece.tile).second);
        }
      }
      CHECK(seen.size() == 500);
      for (const auto& [row, tiles] : seen) {
        CHECK(tiles.size() == setup.rows.matrix.tiles());
      }
      CHECK(setup.rows.matrix.tiles() == (contexts == 1 ? 1 : 4));
    }
  }
}

TEST_CASE("sums spill between tiles only, and features come for every block only where sums stay") {
  const SweepSetup stays = sweep_of(3, near_memory::Sums::stay);
  const auto staying = all_pieces(stays.rows, stays.layout, stays.params);
  const std::size_t blocks = (500 + 20) / 21;  // 64 sums, three contexts
  CHECK(count_of(staying, Piece::Kind::features) == 4 * blocks);
  CHECK(count_of(staying, Piece::Kind::store_sums) == 0);
  CHECK(count_of(staying, Piece::Kind::load_sums) == 0);
  const SweepSetup spills = sweep_of(3, near_memory::Sums::spill);
  const auto spilling = all_pieces(spills.rows, spills.layout, spills.params);
  CHECK(count_of(spilling, Piece::Kind::features) == 4);
  CHECK(count_of(spilling, Piece::Kind::store_sums) == 3 * blocks);
  CHECK(count_of(spilling, Piece::Kind::load_sums) == 3 * blocks);
}

TEST_CASE("chosen rows come with the burst that holds their bias, once") {
  SweepSetup setup = sweep_of(1, near_memory::Sums::stay);
  const std::vector<std::uint32_t> chosen = {3, 5, 15, 16, 480};
  setup.rows.chosen = &chosen;
  setup.rows.count = 5;
  const auto pieces = all_pieces(setup.rows, setup.layout, setup.params);
  CHECK(count_of(pieces, Piece::Kind::biases) == 3);
  CHECK(count_of(pieces, Piece::Kind::weights) == 5);
  CHECK(pieces.back().at == setup.rows.matrix.rows_at + 480 * setup.rows.matrix.row_bytes);
  setup.rows.count = 0;
  CHECK(all_pieces(setup.rows, setup.layout, setup.params).empty());
}

TEST_CASE("clocks follow from what works at once") {
  near_memory::UnitParams vector;
  CHECK(near_memory::multiply_clocks(vector, 8, 128, 1) == 64);
  CHECK(near_memory::multiply_clocks(vector, 8, 130, 2) == 144);
  near_memory::UnitParams systolic;
  systolic.rows = 4;
  systolic.values = 1;
  systolic.contexts = 4;
  CHECK(near_memory::multiply_clocks(systolic, 8, 128, 1) == 256);
  CHECK(near_memory::multiply_clocks(systolic, 8, 128, 4) == 256);
  CHECK(near_memory::multiply_clocks(systolic, 8, 128, 5) == 512);
}

TEST_CASE("a classifier that does not fit is refused") {
  const near_memory::UnitParams params;
  CHECK_THROWS_AS(near_memory::lay_out({1000, 100, 25}, 1, true, 2, 100'000, 64, params), Error);
  CHECK_THROWS_AS(near_memory::lay_out({1000, 20000, 25}, 1, true, 2, 1U << 30, 64, params), Error);
}

}  // namespace lacuna
