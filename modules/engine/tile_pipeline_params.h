// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/parameters.h"
#include "core/units.h"
#include "engine/dma_params.h"
#include "memory/sram_params.h"

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

}  // namespace lacuna::engine
