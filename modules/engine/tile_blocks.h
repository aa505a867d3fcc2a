// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/units.h"
#include "engine/control_port.h"
#include "engine/dma_engine.h"
#include "engine/operand_buffer.h"
#include "engine/tile_pipeline_params.h"
#include "memory/sram_buffer.h"
#include "tlm/surroundings.h"

namespace lacuna::engine {

/// The blocks between memory and array that every tiled accelerator has. A member of the accelerator: the blocks become
/// its children under the names that users know.
struct TileBlocks {
  TileBlocks(const TilePipelineParams& params, std::uint32_t id, Frequency clock,
             tlm::Surroundings& surroundings);

  /// Channels of the DMA engine.
  enum Channel : unsigned {
    fetch_channel,  ///< descriptors and tile tables
    weight_channel,
    activation_channel,
    store_channel,
    channel_count,
  };

  const TilePipelineParams params;
  const sc_core::sc_time period;
  tlm::Watchdog& watchdog;
  ControlPort control;
  DmaEngine dma;
  OperandBuffer weights;
  std::unique_ptr<OperandBuffer> metadata;  ///< may be absent
  OperandBuffer activations;
  OperandBuffer outputs;
  OperandBuffer scales;
  std::unique_ptr<OperandBuffer> indices;  ///< may be absent

  /// Lets clocks pass in an SC_THREAD.
  void wait_clocks(std::uint64_t clocks) const;
  /// Moves bytes through a channel and waits; without time when `timed` is false.
  void move(Channel channel, DmaTransfer transfer, bool timed);
};

}  // namespace lacuna::engine
