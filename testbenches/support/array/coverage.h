// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "support/array/array_tile.h"

namespace lacuna::test {

/// How many tiles of a test had what.
class Coverage {
 public:
  void count(const std::string& stratum, bool present = true) {
    strata_[stratum] += present ? 1 : 0;
  }

  /// Everything that is not particular to an accelerator.
  void count(const ArrayTile& tile, const engine::ArrayResult& result) {
    const engine::TileStep& step = tile.geometry.step;
    const workload::LayerShape& shape = tile.geometry.shape;
    count("weight -128", tile.has_minimum);
    count("weight 127", tile.has_maximum);
    count("last rows partly filled", step.channels % tile.geometry.array_rows != 0);
    count("last rows full", step.channels % tile.geometry.array_rows == 0);
    const std::vector<engine::ColumnBatch> batches = engine::column_batches(
        step.height, step.width, tile.geometry.array_columns, tile.geometry.spread);
    count("last columns partly filled", batches.back().count < tile.geometry.array_columns);
    count("last columns full", batches.back().count == tile.geometry.array_columns);
    count("several batches", batches.size() > 1);
    count("several blocks", step.blocks > 1);
    count("array of 32 x 16", tile.geometry.array_rows == 32 && tile.geometry.array_columns == 16);
    count("padding", shape.pad_top + shape.pad_left + shape.pad_bottom + shape.pad_right > 0);
    count("stride 2", shape.stride_height == 2 && shape.stride_width == 2);
    count("dilation", shape.dilation_height * shape.dilation_width > 1);
    count("convolution groups", shape.groups > 1);
    count("first chunk of several", step.first_chunk && !step.last_chunk);
    count("middle chunk", !step.first_chunk && !step.last_chunk);
    count("last chunk of several", !step.first_chunk && step.last_chunk);
    count("whole reduction at once", step.first_chunk && step.last_chunk);
    count("short last group", step.elements % 32 != 0);
    count("activations signed", tile.geometry.window.is_signed);
    count("activations unsigned", !tile.geometry.window.is_signed);
    count("region layout", tile.geometry.window.layout == engine::ActivationLayout::region);
    count("matrix layout", tile.geometry.window.layout == engine::ActivationLayout::matrix);
    count("spread over a row", tile.geometry.spread == engine::PositionSpread::width);
    count("spread over any positions", tile.geometry.spread == engine::PositionSpread::any);
    count("overheads on", tile.overheads);
    count("overheads off", !tile.overheads);
    count("accumulators of " + std::to_string(tile.accumulator_bits) + " bits");
    count("weights from a stream", tile.source == engine::WeightSource::stream);
    count("dynamic weights", tile.source == engine::WeightSource::dynamic);
    count("dynamic weights, transposed", tile.source == engine::WeightSource::dynamic_transposed);
    count("dynamic weights, resident",
          tile.source != engine::WeightSource::stream && !step.load_weights);
    count("stalled by the drain", result.drain_stall_cycles > 0);
    count("not stalled", result.drain_stall_cycles == 0);
  }

  void print() const {
    for (const auto& [stratum, tiles] : strata_) {
      std::cout << "  " << std::left << std::setw(32) << stratum << std::right << std::setw(6)
                << tiles << " tiles\n";
    }
  }
  /// Names of what no tile had.
  std::string missing() const {
    std::string names;
    for (const auto& [stratum, tiles] : strata_) {
      names += tiles == 0 ? stratum + "; " : "";
    }
    return names;
  }
  std::size_t size() const { return strata_.size(); }

 private:
  std::map<std::string, int> strata_;
};

}  // namespace lacuna::test
