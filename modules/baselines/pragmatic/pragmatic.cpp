// SPDX-License-Identifier: Apache-2.0
#include "baselines/pragmatic/pragmatic.h"

#include "baselines/pragmatic/array_detailed.h"
#include "baselines/serial/body.h"
#include "baselines/serial/dense_layer.h"

namespace lacuna::baselines {
namespace {

engine::ArrayAcceleratorParts parts(const PragmaticParams& params) {
  const PragmaticArrayParams& array = params.pe_array;
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, &array](const std::string&) {
    return make_serial_body<FastPragmaticArray, DetailedPragmaticArray>(
        array.model, array.options(params.count), array.rule());
  };
  parts.technology = {"pragmatic.pe", "pragmatic.row_registers", "pragmatic.column_registers", "",
                      "pragmatic.transposer"};
  parts.rows = array.rows;
  parts.columns = array.columns;
  parts.blocks = params.blocks(array);
  parts.id = engine::accelerator_id("PRAG");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Pragmatic::Pragmatic(const sc_core::sc_module_name& name, const PragmaticParams& params,
                     tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings),
      params_(params),
      measure_(params.pe_array.options(params.count), params.pe_array.rule()) {}

engine::PreparedLayer Pragmatic::prepare(const workload::Layer& layer, const Tensor& weights,
                                         const engine::PrepareOptions& options,
                                         engine::AddressAllocator& memory) {
  return prepare_serial_rows(layer, weights, limits(options), measure_, {serial_lanes, 6}, memory);
}

engine::Resources Pragmatic::resources() const {
  return {params_.lanes(), params_.lanes() / 8, params_.buffer_bits(), params_.clock};
}

tlm::ModuleType pragmatic_module_type() {
  tlm::ModuleType type = tlm::module_type<PragmaticParams, Pragmatic>(
      "pragmatic", "bit-serial array that skips zero bits of the weights, a baseline of BBS");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
