// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitlet/bitlet.h"

#include "baselines/bitlet/array_detailed.h"
#include "baselines/serial/body.h"
#include "baselines/serial/dense_layer.h"

namespace lacuna::baselines {
namespace {

engine::ArrayAcceleratorParts parts(const BitletParams& params) {
  const BitletArrayParams& array = params.pe_array;
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, &array](const std::string&) {
    return make_serial_body<FastBitletArray, DetailedBitletArray>(
        array.model, array.options(params.count), array.group);
  };
  parts.technology = {"bitlet.pe", "bitlet.row_registers", "bitlet.column_registers", "",
                      "bitlet.transposer"};
  parts.rows = array.rows;
  parts.columns = array.columns;
  parts.blocks = params.blocks(array);
  parts.id = engine::accelerator_id("BTLT");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Bitlet::Bitlet(const sc_core::sc_module_name& name, const BitletParams& params,
               tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings),
      params_(params),
      measure_(params.pe_array.options(params.count), params.pe_array.group) {}

engine::PreparedLayer Bitlet::prepare(const workload::Layer& layer, const Tensor& weights,
                                      const engine::PrepareOptions& options,
                                      engine::AddressAllocator& memory) {
  return prepare_serial_rows(layer, weights, limits(options), measure_,
                             {params_.pe_array.group, params_.pe_array.group * 3 / 8}, memory);
}

engine::Resources Bitlet::resources() const {
  return {params_.lanes(), params_.lanes() / 8, params_.buffer_bits(), params_.clock};
}

tlm::ModuleType bitlet_module_type() {
  tlm::ModuleType type = tlm::module_type<BitletParams, Bitlet>(
      "bitlet", "bit-serial array whose lanes take one significance each, a baseline of BBS");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
