// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparse_tensor_core/sparse_tensor_core.h"

#include "baselines/tensor_core/tensor_core.h"
#include "engine/structured_packer.h"

namespace lacuna::baselines {

namespace {

constexpr unsigned bits_of_weight = 8;

engine::ArrayAcceleratorParts parts(const SparseTensorCoreParams& params) {
  engine::ArrayAcceleratorParts parts = fragment_parts(
      params, params.structured_blocks(), sparse_tensor_core_slots, "sparse_tensor_core");
  parts.id = engine::accelerator_id("STCR");
  return parts;
}

}  // namespace

SparseTensorCore::SparseTensorCore(const sc_core::sc_module_name& name,
                                   const SparseTensorCoreParams& params,
                                   tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer SparseTensorCore::prepare(const workload::Layer& layer, const Tensor& weights,
                                                const engine::PrepareOptions& options,
                                                engine::AddressAllocator& memory) {
  const sparse::HssFormat format =
      layer.compress ? params_.format_of(layer.name) : sparse::HssFormat{};
  return engine::prepare_structured(layer, weights, limits(options), format,
                                    sparse_tensor_core_slots, pace_of(params_.pe_array), memory);
}

engine::Resources SparseTensorCore::resources() const {
  const std::uint64_t macs = params_.pe_array.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.structured_buffer_bits(), params_.clock};
}

tlm::ModuleType sparse_tensor_core_module_type() {
  tlm::ModuleType type = tlm::module_type<SparseTensorCoreParams, SparseTensorCore>(
      "sparse_tensor_core", "tensor cores with 2:4 weights, a baseline of SparSynergy");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
