// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/tensor_core.h"

#include "engine/dense_rows.h"

namespace lacuna::baselines {

namespace {

constexpr unsigned bits_of_weight = 8;

engine::ArrayAcceleratorParts parts(const TensorCoreParams& params) {
  engine::ArrayAcceleratorParts parts =
      fragment_parts(params, params.blocks(params.pe_array), 0, "tensor_core");
  parts.id = engine::accelerator_id("TNSR");
  return parts;
}

}  // namespace

engine::ArrayAcceleratorParts fragment_parts(const FragmentSystemParams& params,
                                             const engine::TilePipelineParams& blocks,
                                             unsigned window_slots, const char* prefix) {
  const std::string name = prefix;
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, window_slots](const std::string&) {
    return make_fragment_body(params, window_slots);
  };
  parts.technology = {name + ".fedp",
                      name + ".row_registers",
                      name + ".column_registers",
                      "",
                      "tensor_core.transposer",
                      fedps_of(params.pe_array.rows, params.pe_array.columns)};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = blocks;
  parts.clock = params.clock;
  return parts;
}

TensorCore::TensorCore(const sc_core::sc_module_name& name, const TensorCoreParams& params,
                       tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer TensorCore::prepare(const workload::Layer& layer, const Tensor& weights,
                                          const engine::PrepareOptions& options,
                                          engine::AddressAllocator& memory) {
  return engine::prepare_dense_rows(layer, weights, limits(options), pace_of(params_.pe_array),
                                    memory);
}

engine::Resources TensorCore::resources() const {
  const std::uint64_t macs = params_.pe_array.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.buffer_bits(), params_.clock};
}

tlm::ModuleType tensor_core_module_type() {
  tlm::ModuleType type = tlm::module_type<TensorCoreParams, TensorCore>(
      "tensor_core", "dense tensor cores, a baseline of SparSynergy");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
