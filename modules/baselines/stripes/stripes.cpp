// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/stripes.h"

#include "baselines/stripes/array_detailed.h"
#include "baselines/stripes/array_fast.h"
#include "baselines/stripes/pe.h"
#include "core/error.h"
#include "engine/dense_rows.h"

namespace lacuna::baselines {

namespace {

std::unique_ptr<engine::ArrayModel> make_body(const StripesParams& params) {
  const engine::ArrayOptions options = params.pe_array.options(params.count);
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastStripesArray>(options);
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedStripesArray>(options);
    default:
      throw input_error({}, "pe_array.model: this build has the bodies fast and detailed");
  }
}

engine::ArrayAcceleratorParts parts(const StripesParams& params) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params](const std::string&) { return make_body(params); };
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
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

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
