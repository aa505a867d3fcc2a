// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bitvert/array_options.h"
#include "support/array/array_tile.h"

namespace lacuna::bitvert::test {

using namespace lacuna::test;

enum class Pruning { dense, averaging, shifting };

/// A tile of BitVert's, written by the tests and not by the encoder.
struct TileCase : ArrayTile {
  ArrayOptions options;
  Pruning pruning = Pruning::dense;
  unsigned columns = 0;         ///< N
  unsigned redundant_seen = 0;  ///< bit r: a row has r redundant columns
  unsigned low_seen = 0;        ///< bit m: a row lacks m low columns
};

/// What a tile shall be; the rest is random.
struct TileWish {
  Pruning pruning = Pruning::dense;
  unsigned columns = 0;  ///< N
  unsigned inputs = 32;  ///< C, input channels
};
TileCase make_tile(const TileWish& wish, RandomBits& random);

}  // namespace lacuna::bitvert::test
