// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/parameters.h"
#include "engine/array_options.h"
#include "engine/tile.h"
#include "sparq/pe_kind.h"
#include "sparq/systolic/dataflow.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// When the wavefront's way through the array, rows + columns - 2 clocks, takes time of its own.
enum class Skew : std::uint8_t {
  layer,      ///< once a layer: every tile follows the one before it without a gap
  tile_step,  ///< whenever the operand buffers take turns
  array_tile  ///< after every array tile: nothing is computed until its last PE is done
};

/// What the bodies of a systolic array agree on.
struct SystolicOptions {
  engine::ArrayOptions array;
  PeKind pe = PeKind::sparq;
  sparse::SparqFormat format;  ///< of PEs of kind sparq; two_4b and sysmt round as it says
  Skew skew = Skew::layer;
  unsigned drain_columns = 4;  ///< whose sums leave the array in one clock
  unsigned trimmers = 0;       ///< trimming units, a pair a clock each; 0: one for every column
  Dataflow dataflow = Dataflow::output_stationary;  ///< others: of dense PEs
  CountedClocks clocks = CountedClocks::all;

  /// Turning, the last drain and the output stage take time.
  bool times_outputs() const { return array.overheads && clocks == CountedClocks::all; }
};

/// How a tile step goes through the array.
struct PassRule {
  bool pairs = false;
  unsigned elements = 1;     ///< of the reduction, in one pass
  unsigned full_clocks = 1;  ///< of a pass without pairs
  unsigned trimmers = 0;     ///< 0: as many as columns

  std::uint32_t passes(std::uint32_t reduction) const {
    return (reduction + elements - 1) / elements;
  }
  /// Clocks of a pass of so many positions.
  std::uint32_t clocks(std::uint32_t positions) const {
    if (!pairs) {
      return full_clocks;
    }
    return trimmers == 0 ? 1 : std::max(1u, (positions + trimmers - 1) / trimmers);
  }
};

/// @param reduced the layer's activations may take part with fewer bits
inline PassRule pass_rule(const SystolicOptions& options, bool reduced) {
  const bool pairs = reduced && options.pe != PeKind::dense;
  return {pairs, pairs ? pair_elements : 1, full_precision_clocks(options.pe, options.format),
          options.pe == PeKind::sparq ? options.trimmers : 0};
}

/// A wavefront's way from the first PE to the last.
inline std::uint32_t wavefront(const engine::TileGeometry& geometry) {
  return geometry.array_rows + geometry.array_columns - 2;
}

inline bool first_of_layer(const engine::TileStep& step) {
  return step.convolution_group == 0 && step.channel_tile == 0 && step.position_tile == 0 &&
         step.chunk == 0;
}

/// Nothing of the layer follows.
inline bool last_of_layer(const engine::TileGeometry& geometry) {
  const engine::TileStep& step = geometry.step;
  const workload::LayerShape& shape = geometry.shape;
  return step.last_chunk && step.convolution_group + 1 == shape.groups &&
         step.first_block * geometry.array_rows + step.channels == shape.group_out_channels() &&
         step.image + 1 == shape.batch && step.out_row + step.height == shape.out_height() &&
         step.out_column + step.width == shape.out_width();
}

/// One clock of this step is not counted.
inline bool leaves_one_out(const SystolicOptions& options, const engine::TileGeometry& geometry) {
  return options.array.overheads && options.clocks == CountedClocks::last_index &&
         last_of_layer(geometry);
}

/// The wavefront leaves the array before the step ends, and the last sums with it.
inline bool empties_array(const SystolicOptions& options, const engine::TileGeometry& geometry) {
  return options.skew == Skew::tile_step || last_of_layer(geometry);
}

}  // namespace lacuna::sparq

template <>
struct lacuna::EnumNames<lacuna::sparq::Skew> {
  static std::vector<lacuna::EnumName<lacuna::sparq::Skew>> table() {
    using lacuna::sparq::Skew;
    return {
        {"layer", Skew::layer}, {"tile_step", Skew::tile_step}, {"array_tile", Skew::array_tile}};
  }
};
