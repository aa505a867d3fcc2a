// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/parameters.h"
#include "core/units.h"
#include "engine/control_port.h"
#include "engine/dma_engine.h"
#include "engine/operand_buffer.h"
#include "memory/sram_buffer.h"
#include "tlm/surroundings.h"

namespace lacuna::engine {

/// What counts, and what the paper's own cycle rule leaves out.
struct CountParams {
  bool overheads = true;
  bool metadata = true;

  template <class Description>
  static void describe(Description& d) {
    d("overheads", &CountParams::overheads,
      "fill, drain, unshuffling, descriptor fetches and the pace of the DMA engine take time");
    d("metadata", &CountParams::metadata,
      "metadata, channel indices and channel scales take time and energy to move");
  }
};

/// The blocks around the array, as an accelerator sets them up.
struct TilePipelineParams {
  memory::SramParams weight_buffer{256_KiB, 32, 128, {}};
  memory::SramParams metadata_buffer{
      28_KiB, 32, 128, {}};  ///< none: 0 B, for machines without metadata
  memory::SramParams activation_buffer{192_KiB, 16, 128, {}};
  memory::SramParams output_buffer{56_KiB, 16, 128, {}};
  memory::SramParams scale_buffer{8_KiB, 1, 128, {}};
  memory::SramParams index_buffer{
      4_KiB, 1, 128, {}};         ///< none: 0 B, for machines that do not reorder
  unsigned unshuffle_bytes = 16;  ///< per clock
  DmaParams dma;
  CountParams count;
};

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
