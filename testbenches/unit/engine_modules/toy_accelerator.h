// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/tile_pipeline.h"
#include "tlm/component.h"
#include "unit/engine_modules/toy_array.h"

namespace lacuna::test {

/// Small buffers, so that small jobs need several tiles.
inline engine::TilePipelineParams toy_params() {
  engine::TilePipelineParams params;
  params.weight_buffer = {16_KiB, 4, 128, "sram"};
  params.metadata_buffer = {1_KiB, 1, 128, "sram"};
  params.activation_buffer = {16_KiB, 4, 128, "sram"};
  params.output_buffer = {16_KiB, 4, 128, "sram"};
  params.scale_buffer = {2_KiB, 1, 128, "sram"};
  params.index_buffer = {512_B, 1, 128, "sram"};
  return params;
}

/// A tiled accelerator around the toy array.
class ToyAccelerator final : public tlm::Component {
 public:
  ToyAccelerator(const sc_core::sc_module_name& name, const engine::TilePipelineParams& params,
                 bool clocked, tlm::Surroundings& surroundings)
      : Component(name),
        array(clocked),
        pipeline(params, engine::accelerator_id("TOYS"), 800_MHz, array,
                 std::string(this->name()) + ".pe_array", surroundings) {
    offer_initiator("memory", pipeline.memory());
    offer_target("control", pipeline.registers());
    offer_output("interrupt", pipeline.interrupt());
  }
  std::string waiting_for() const override { return pipeline.waiting_for(); }

  ToyArray array;
  engine::TilePipeline pipeline;
};

}  // namespace lacuna::test
