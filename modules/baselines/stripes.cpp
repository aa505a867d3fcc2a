// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes.h"

#include <fmt/format.h>

#include "baselines/stripes_array_detailed.h"
#include "baselines/stripes_array_fast.h"
#include "baselines/stripes_packer.h"
#include "core/error.h"
#include "engine/placement.h"

namespace lacuna::baselines {

namespace {

std::unique_ptr<engine::ArrayModel> make_body(const StripesParams& params) {
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastStripesArray>(params.array_options());
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedStripesArray>(params.array_options());
    default:
      throw input_error({}, "pe_array.model: this build has the bodies fast and detailed");
  }
}

}  // namespace

Stripes::Stripes(const sc_core::sc_module_name& name, const StripesParams& params,
                 tlm::Surroundings& surroundings)
    : Accelerator(name),
      params_(params),
      array_(make_body(params), std::string(this->name()) + ".pe_array",
             {"stripes.pe", "stripes.row_registers", "stripes.column_registers", "",
              "stripes.transposer"},
             params.pe_array.rows, params.pe_array.columns, surroundings),
      pipeline_(params.pipeline(), engine::accelerator_id("STRP"), params.clock, array_,
                std::string(this->name()) + ".pe_array", surroundings) {
  offer_initiator("memory", pipeline_.memory());
  offer_target("control", pipeline_.registers());
  offer_output("interrupt", pipeline_.interrupt());
}

void Stripes::survey(const std::vector<engine::ChannelSensitivity>&) {}

engine::PreparedLayer Stripes::prepare(const workload::Layer& layer, const Tensor& weights,
                                       const engine::PrepareOptions& options,
                                       engine::AddressAllocator& memory) {
  const unsigned rows = params_.pe_array.rows;
  const engine::MapperLimits limits =
      engine::mapper_limits(params_.pipeline(), rows, params_.pe_array.columns, options);
  const StripesFootprint footprint(rows, layer.shape);
  if (layer.weight_storage != workload::WeightStorage::offline) {
    return engine::prepare_dynamic(layer, weights, limits, footprint);
  }
  const StripesPacker packer(rows, layer.shape, weights);
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, limits, footprint, prepared.job);
  prepared.channel_order = packer.channel_order();
  prepared.decoded_weights = packer.decoded_weights();
  engine::place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

engine::Resources Stripes::resources() const {
  return {params_.serial_lanes(), params_.sram_bits(), params_.clock};
}

tlm::ModuleType stripes_module_type() {
  tlm::ModuleType type = tlm::module_type<StripesParams, Stripes>(
      "stripes", "dense bit-serial array, the baseline of BBS");
  type.ports = {{"memory", "initiator", "the DMA engine's way to the interconnect"},
                {"control", "target", "registers, 4 KiB (doc/registers.md)"},
                {"interrupt", "output", "high while a finished job is not acknowledged"}};
  return type;
}

}  // namespace lacuna::baselines
