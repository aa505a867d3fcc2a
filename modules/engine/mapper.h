// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "engine/mapping.h"
#include "workload/layer_shape.h"

namespace lacuna::engine {

/// What folds of an array that keeps weights or activations, and not sums, cost beside the operands that move through them.
struct FoldCost {
  std::uint32_t elements = 0;  ///< of the reduction that a fold holds; 0: there are no folds
  /// Weights are kept, and loaded again for every position tile; otherwise activations, and again for every channel tile.
  bool weights_stay = false;
  double clocks = 0;       ///< of each fold
  double step_clocks = 0;  ///< of each tile step
};

/// What a mapping must fit and what it is judged by. Buffers in bytes that one tile may fill: half
/// of a buffer that is filled while its other half is in use.
struct MapperLimits {
  std::uint32_t array_rows = 32;
  std::uint32_t array_columns = 16;
  std::uint64_t weight_buffer = 0;
  std::uint64_t metadata_buffer = 0;
  std::uint64_t activation_buffer = 0;
  std::uint64_t output_buffer = 0;
  std::uint32_t scale_slots = 0;  ///< channels of a channel tile whose scales are held together
  /// Channels whose outputs are stored together, of which the original indices are held.
  std::uint32_t index_slots = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t output_bytes = 1;  ///< of one output
  double dram_bytes_per_cycle = 16.0;
  std::uint32_t burst_bytes = 64;  ///< least that DRAM moves
  PositionSpread spread = PositionSpread::any;
  bool overheads = true;  ///< the array fills and drains (engine/array_timing.h)
  bool on_chip = false;   ///< tensors stay between layers where they fit (Residency)
  /// The output buffer holds a tile's sums as int32 even if its reduction is not cut into chunks.
  bool sums_in_buffer = false;
  FoldCost folds;
};

/// Which tensors of a layer stay on chip between layers. The halves of the activation buffer take
/// turns: one holds a layer's activations, the other takes its outputs for the next. A tensor stays
/// when its half holds all of it.
struct Residency {
  bool activations = false;
  bool outputs = false;
};
Residency residency_of(const workload::LayerShape& shape, const MapperLimits& limits);

/// What the weights of a layer need, which the accelerator's encoder knows. Blocks are array_rows
/// channels of one convolution group, groups are 32 reduction elements. Asked some thousand times a
/// layer, so an answer should not walk over weights.
class WeightFootprint {
 public:
  virtual ~WeightFootprint() = default;

  /// Bytes in the weight buffer of a tile: blocks x reduction groups.
  virtual std::uint64_t weights_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                      std::uint32_t blocks, std::uint32_t first_group,
                                      std::uint32_t groups) const = 0;
  /// The same in the metadata buffer.
  virtual std::uint64_t metadata_bytes(std::uint32_t conv_group, std::uint32_t first_block,
                                       std::uint32_t blocks, std::uint32_t first_group,
                                       std::uint32_t groups) const = 0;
  /// Cycles of one array tile: one block, one column batch, some reduction groups.
  virtual std::uint64_t compute_cycles(std::uint32_t conv_group, std::uint32_t block,
                                       std::uint32_t first_group, std::uint32_t groups) const = 0;
  /// Channels between the smallest and the largest original index of some blocks, both included; 0:
  /// the tile's channels are neighbours in memory, as they are unless the accelerator reorders
  /// them.
  virtual std::uint32_t channel_span(std::uint32_t conv_group, std::uint32_t first_block,
                                     std::uint32_t blocks) const;
};

/// What a mapping is expected to cost (doc/mapper.md).
struct MappingEstimate {
  double compute_cycles = 0;
  double weight_bytes = 0;      ///< read from DRAM, metadata included, rounded to bursts
  double activation_bytes = 0;  ///< read
  double output_bytes = 0;      ///< written
  double first_load_cycles = 0;
  double last_store_cycles = 0;
  double cycles = 0;  ///< max(compute, all bytes / bandwidth) + first load + last store
  std::uint64_t steps = 0;
};

/// Estimates any mapping, whether it fits or not.
MappingEstimate estimate_mapping(const workload::LayerShape& shape, const MapperLimits& limits,
                                 const WeightFootprint& footprint, const Mapping& mapping);

/// True when every tile of a mapping fits its buffers.
bool mapping_fits(const workload::LayerShape& shape, const MapperLimits& limits,
                  const WeightFootprint& footprint, const Mapping& mapping);

/// The mapping with the least estimated time, then with the fewest steps, among many.
/// @throws Error (bad_input) naming every buffer that is too small for the smallest tile, and what
/// that needs
Mapping choose_mapping(const workload::LayerShape& shape, const MapperLimits& limits,
                       const WeightFootprint& footprint);

}  // namespace lacuna::engine
