// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/array/dense_row_tile.h"

namespace lacuna::baselines::test {

using namespace lacuna::test;

using StripesTile = DenseRowTile;

/// @param inputs C, input channels; the rest is random
inline StripesTile make_tile(unsigned inputs, RandomBits& random) {
  StripesTile tile;
  choose_geometry(tile, inputs, random.chance(75), random);
  fill_activations(tile, random);
  if (random.chance(40)) {
    fill_dynamic(tile, random);
  } else {
    fill_dense_rows(tile, random, [&random] {
      const int kind = random.between(0, 9);
      return kind == 0 ? -128 : kind == 1 ? 127 : kind == 2 ? 0 : random.between(-128, 127);
    });
  }
  choose_dense_options(tile, random);
  tile.block_cycles.assign(tile.geometry.step.blocks,
                           8ull * ((tile.geometry.step.elements + 7) / 8));
  return tile;
}

}  // namespace lacuna::baselines::test
