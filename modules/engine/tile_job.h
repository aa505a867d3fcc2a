// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "core/error.h"
#include "engine/accelerator.h"
#include "engine/dma_engine.h"
#include "engine/job.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// Told by a process of the pipeline what it ended with.
using TileFailure = std::function<void(const Error&)>;

/// A job on its way through the pipeline: what the controller hands to the processes.
struct TileJob {
  JobDescriptor descriptor;
  std::vector<TileStep> steps;
  TileCounts counts;
  sc_core::sc_time start;  ///< the clock edge at which the doorbell was heard

  JobRecord record;
  std::vector<TileTrace> trace;  ///< a step each
};
using TileJobHandle = std::shared_ptr<TileJob>;

/// Steps whose outputs leave together, and which channel slots they are. Outputs of a unit lie in the output buffer as
/// [positions, channels], in the order of their slots.
struct StoreUnit {
  std::uint32_t convolution_group = 0;
  std::uint32_t first_block = 0;
  std::uint32_t channels = 0;
  friend bool operator==(const StoreUnit& a, const StoreUnit& b) {
    return a.convolution_group == b.convolution_group && a.first_block == b.first_block &&
           a.channels == b.channels;
  }
};
StoreUnit store_unit(const TileJob& job, const TileStep& step);

/// Where a unit's results lie, in bytes from the start of its half of the output buffer.
struct OutputLayout {
  std::uint64_t row_bytes = 0;   ///< of one position's outputs
  std::uint64_t first_byte = 0;  ///< of the step's channels in such a row
  std::uint64_t partial_sums =
      0;  ///< where int32 [positions, channels of the step] waits for its next chunk
  std::uint64_t bytes = 0;  ///< of everything
};
OutputLayout output_layout(const TileJob& job, const TileStep& step);

/// Part of a buffer, and the load that fills it.
struct OperandRegion {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;    ///< 0: there is none
  std::uint64_t version = 0;  ///< another number for every load
  DmaHandle load;             ///< nullptr when it took no time
};

/// From the weight loader to compute: what a step with load_weights brings.
struct WeightLoad {
  OperandRegion weights;
  OperandRegion metadata;
  OperandRegion scales;   ///< when the step's channels are not those of the step before
  OperandRegion indices;  ///< when its store unit is another one, and channels are reordered
};
using WeightLoadHandle = std::shared_ptr<WeightLoad>;

/// From the activation loader to compute: what a step with load_activations brings.
using ActivationLoadHandle = std::shared_ptr<OperandRegion>;

/// Whether a step's channels are not those of the step before it.
bool starts_channels(const TileJob& job, std::size_t step);
/// Whether a step is the first of its store unit's channels.
bool starts_store_unit(const TileJob& job, std::size_t step);

/// From compute to store: outputs in a half of the output buffer.
struct FinishedUnit {
  TileJobHandle job;
  std::size_t number = 0;  ///< of the step that completed it
  OperandRegion outputs;
  OperandRegion indices;
  bool last_of_indices = false;  ///< the next unit has others

  const TileStep& step() const { return job->steps[number]; }
  bool last() const { return number + 1 == job->steps.size(); }
};
using FinishedUnitHandle = std::shared_ptr<FinishedUnit>;

}  // namespace lacuna::engine
