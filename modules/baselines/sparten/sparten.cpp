// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/sparten.h"

#include "baselines/sparten/array_detailed.h"
#include "baselines/sparten/array_fast.h"
#include "baselines/sparten/packer.h"
#include "core/error.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"

namespace lacuna::baselines {

namespace {

constexpr unsigned bits_of_weight = 8;

std::unique_ptr<engine::ArrayModel> make_body(const SpartenParams& params) {
  const SpartenOptions options = params.pe_array.sparten_options(params.count);
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastSpartenArray>(options);
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedSpartenArray>(options);
    default:
      throw input_error({}, "pe_array.model: this build has the bodies fast and detailed");
  }
}

engine::ArrayAcceleratorParts parts(const SpartenParams& params) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params](const std::string&) { return make_body(params); };
  parts.technology = {"sparten.pe", "sparten.row_registers", "sparten.column_registers", "",
                      "sparten.transposer"};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = params.pipeline();
  parts.id = engine::accelerator_id("SPTN");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Sparten::Sparten(const sc_core::sc_module_name& name, const SpartenParams& params,
                 tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer Sparten::prepare(const workload::Layer& layer, const Tensor& weights,
                                       const engine::PrepareOptions& options,
                                       engine::AddressAllocator& memory) {
  const engine::MapperLimits limits = this->limits(options);
  if (layer.weight_storage != workload::WeightStorage::offline) {
    return engine::prepare_dynamic(
        layer, weights, limits,
        engine::DenseRowFootprint(limits.array_rows, layer.shape, {sparten_chunk, sparten_chunk}));
  }
  const SpartenPacker packer(limits.array_rows, params_.pe_array.chunk_floor, layer.shape, weights);
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, limits, packer, prepared.job);
  prepared.channel_order = engine::natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = packer.decoded_weights();
  engine::place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

engine::Resources Sparten::resources() const {
  const std::uint64_t macs = params_.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.buffer_bits() + params_.mask_buffer.value() * 8,
          params_.clock};
}

tlm::ModuleType sparten_module_type() {
  tlm::ModuleType type = tlm::module_type<SpartenParams, Sparten>(
      "sparten", "PEs that multiply pairs of non-zero operands, a baseline of BBS");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
