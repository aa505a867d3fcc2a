// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "core/statistics.h"
#include "engine/store_plan.h"
#include "engine/tile_blocks.h"
#include "engine/tile_job.h"

namespace lacuna::engine {

/// The last process of the pipeline: takes finished outputs from the output buffer, puts every channel back in its
/// original place, and writes them to memory.
class TileStorer final : public sc_core::sc_module {
 public:
  TileStorer(const sc_core::sc_module_name& name, TileBlocks& blocks,
             sc_core::sc_fifo<FinishedUnitHandle>& finished, Statistics& statistics,
             TileFailure fail);

  /// Notified when the last outputs of a job are in memory.
  const sc_core::sc_event& job_stored() const { return job_stored_; }

  std::string waiting_for() const;

 private:
  void run();
  void store(const FinishedUnit& unit);
  void keep(const FinishedUnit& unit);
  void plan(const FinishedUnit& unit);
  std::vector<std::uint16_t> original_channels(const FinishedUnit& unit);
  void unshuffle_outputs(const FinishedUnit& unit);
  DmaTransfer transfer(const FinishedUnit& unit);

  TileBlocks& blocks_;
  sc_core::sc_fifo<FinishedUnitHandle>& finished_;
  TileFailure fail_;
  Counter& unshuffle_cycles_;
  Counter& dropped_channels_;

  const FinishedUnit* storing_ = nullptr;
  TileJobHandle planned_job_;
  StoreUnit planned_unit_;
  StorePlan plan_;
  std::vector<std::uint8_t>
      images_;  // [positions, plan_.span_bytes]: on their way to the DMA engine
  VectorEndpoint endpoint_{images_};
  sc_core::sc_event job_stored_;
};

}  // namespace lacuna::engine
