// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/ant.h"

#include "baselines/ant/array_detailed.h"
#include "baselines/ant/array_fast.h"
#include "baselines/ant/pe.h"
#include "baselines/ant/weight_packer.h"
#include "baselines/serial/body.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"

namespace lacuna::baselines {
namespace {

engine::ArrayAcceleratorParts parts(const AntParams& params) {
  const AntArrayParams& array = params.pe_array;
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, &array](const std::string&) {
    return make_serial_body<FastAntArray, DetailedAntArray>(array.model,
                                                            array.options(params.count));
  };
  parts.technology = {"ant.pe", "ant.row_registers", "ant.column_registers", "", "ant.transposer"};
  parts.rows = array.rows;
  parts.columns = array.columns;
  parts.blocks = params.pipeline();
  parts.id = engine::accelerator_id("ANT ");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Ant::Ant(const sc_core::sc_module_name& name, const AntParams& params,
         tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer Ant::prepare(const workload::Layer& layer, const Tensor& weights,
                                   const engine::PrepareOptions& options,
                                   engine::AddressAllocator& memory) {
  const engine::MapperLimits limits = this->limits(options);
  if (layer.weight_storage != workload::WeightStorage::offline) {
    const engine::DenseRowFootprint footprint(limits.array_rows, layer.shape,
                                              {ant_lanes, dense_bits});
    return engine::prepare_dynamic(layer, weights, limits, footprint);
  }
  const AntPacker packer(limits.array_rows, layer.shape, weights,
                         params_.options_of(layer.name, layer.compress));
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, limits, packer, prepared.job);
  prepared.channel_order = engine::natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = packer.decoded_weights();
  prepared.squared_error = packer.squared_error();
  engine::place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

engine::Resources Ant::resources() const {
  return {params_.lanes(), params_.lanes() / dense_bits, params_.sram_bits(), params_.clock};
}

tlm::ModuleType ant_module_type() {
  tlm::ModuleType type = tlm::module_type<AntParams, Ant>(
      "ant", "bit-serial array behind decoders of adaptive numeric types, a baseline of BBS");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
