// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/systolic.h"

#include "engine/array_bodies.h"
#include "engine/dense_rows.h"
#include "sparq/promised_products.h"
#include "sparq/systolic/array_detailed.h"
#include "sparq/systolic/array_fast.h"
#include "sparq/systolic/array_rtl.h"
#include "sparq/systolic/mapping_limits.h"
#include "sparq/systolic/stationary_detailed.h"
#include "sparq/systolic/stationary_fast.h"
#include "sparq/technology_entry.h"

namespace lacuna::sparq {
namespace {

constexpr unsigned bits_of_weight = 8;

std::unique_ptr<engine::ArrayModel> make_body(const std::string& path, const SystolicParams& params,
                                              const tlm::Surroundings& surroundings) {
  const SystolicArrayParams& array = params.pe_array;
  const SystolicOptions options = params.options();
  if (options.dataflow != Dataflow::output_stationary) {
    const engine::ArrayBodies stationary = {
        [&] { return std::make_unique<FastStationaryArray>(options, array.rows, array.columns); },
        [&] {
          return std::make_unique<DetailedStationaryArray>(options, array.rows, array.columns);
        },
        {}};
    return engine::make_array_body(array.model, stationary, path, params.clock, array.lockstep,
                                   surroundings);
  }
  const engine::ArrayBodies bodies = {
      [&] { return std::make_unique<FastSystolicArray>(options); },
      [&] { return std::make_unique<DetailedSystolicArray>(options); },
      [&] { return std::make_unique<RtlSystolicArray>(options, array.rows, array.columns); }};
  return engine::make_array_body(array.model, bodies, path, params.clock, array.lockstep,
                                 surroundings);
}

engine::ArrayAcceleratorParts parts(const SystolicParams& params,
                                    const tlm::Surroundings& surroundings) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&](const std::string& path) { return make_body(path, params, surroundings); };
  const std::string width = params.pe == PeKind::dense ? ".dense" : "";
  parts.technology = {pe_entry("sparq.pe", params.pe, params.sparq.placements),
                      "sparq.row_registers" + width, "sparq.column_registers" + width, "",
                      "sparq.transposer"};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = params.buffers();
  parts.id = engine::accelerator_id("SPRQ");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Systolic::Systolic(const sc_core::sc_module_name& name, const SystolicParams& params,
                   tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params, surroundings), surroundings), params_(params) {}

engine::PreparedLayer Systolic::prepare(const workload::Layer& layer, const Tensor& weights,
                                        const engine::PrepareOptions& options,
                                        engine::AddressAllocator& memory) {
  const bool reduced = params_.pe != PeKind::dense &&
                       layer.weight_storage == workload::WeightStorage::offline &&
                       params_.sparq.reduces(layer);
  const engine::MapperLimits limited = limits_in_dataflow(limits(options), params_, layer.shape);
  engine::PreparedLayer prepared = engine::prepare_dense_rows(
      layer, weights, limited, pace_in_dataflow(params_, reduced), memory);
  prepared.job.sums_in_buffer = limited.sums_in_buffer;
  prepared.job.reduced_activations = reduced;
  if (reduced) {
    prepared.products = promised_products(params_.pe, params_.sparq.format());
  }
  return prepared;
}

engine::Resources Systolic::resources() const {
  const std::uint64_t macs = std::uint64_t{params_.pe_array.rows} * params_.pe_array.columns /
                             full_precision_clocks(params_.pe, params_.sparq.format());
  return {macs * bits_of_weight, macs, params_.buffer_bits(), params_.clock};
}

tlm::ModuleType systolic_module_type() {
  tlm::ModuleType type = tlm::module_type<SystolicParams, Systolic>(
      "sparq_systolic", "systolic array with PEs that take pairs of quantized activations (SPARQ)");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::sparq
