// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/stripes.h"

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "baselines/stripes/array_rtl.h"
#include "baselines/stripes/pe.h"
#include "engine/array_bodies.h"
#include "engine/dense_rows.h"

namespace lacuna::baselines {

namespace {

std::unique_ptr<engine::ArrayModel> make_body(const std::string& path, const StripesParams& params,
                                              const tlm::Surroundings& surroundings) {
  const StripesArrayParams& array = params.pe_array;
  const engine::ArrayOptions options = array.options(params.count);
  const engine::ArrayBodies bodies = {
      [&] { return std::make_unique<FastStripesArray>(options); },
      [&] { return std::make_unique<DetailedStripesArray>(options); },
      [&] { return std::make_unique<RtlStripesArray>(options, array.rows, array.columns); }};
  return engine::make_array_body(array.model, bodies, path, params.clock, array.lockstep,
                                 surroundings);
}

engine::ArrayAcceleratorParts parts(const StripesParams& params,
                                    const tlm::Surroundings& surroundings) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&](const std::string& path) { return make_body(path, params, surroundings); };
  parts.technology = {"stripes.pe", "stripes.row_registers", "stripes.column_registers", "",
                      "stripes.transposer"};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = params.blocks(params.pe_array);
  parts.id = engine::accelerator_id("STRP");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Stripes::Stripes(const sc_core::sc_module_name& name, const StripesParams& params,
                 tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params, surroundings), surroundings), params_(params) {}

engine::PreparedLayer Stripes::prepare(const workload::Layer& layer, const Tensor& weights,
                                       const engine::PrepareOptions& options,
                                       engine::AddressAllocator& memory) {
  return engine::prepare_dense_rows(layer, weights, limits(options),
                                    {stripes_lanes, stripes_weight_bits}, memory);
}

engine::Resources Stripes::resources() const {
  return {params_.serial_lanes(), params_.serial_lanes() / stripes_weight_bits,
          params_.buffer_bits(), params_.clock};
}

tlm::ModuleType stripes_module_type() {
  tlm::ModuleType type = tlm::module_type<StripesParams, Stripes>(
      "stripes", "dense bit-serial array, the baseline of BBS");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
