// SPDX-License-Identifier: Apache-2.0
#include "baselines/highlight/highlight.h"

#include "baselines/tensor_core/tensor_core.h"
#include "engine/structured_packer.h"

namespace lacuna::baselines {

namespace {

constexpr unsigned bits_of_weight = 8;

engine::ArrayAcceleratorParts parts(const HighlightParams& params) {
  engine::ArrayAcceleratorParts parts =
      fragment_parts(params, params.structured_blocks(), highlight_slots, "highlight");
  parts.id = engine::accelerator_id("HILT");
  return parts;
}

}  // namespace

Highlight::Highlight(const sc_core::sc_module_name& name, const HighlightParams& params,
                     tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer Highlight::prepare(const workload::Layer& layer, const Tensor& weights,
                                         const engine::PrepareOptions& options,
                                         engine::AddressAllocator& memory) {
  const sparse::HssFormat format =
      layer.compress ? params_.format_of(layer.name) : sparse::HssFormat{};
  return engine::prepare_structured(layer, weights, limits(options), format, highlight_slots,
                                    pace_of(params_.pe_array), memory);
}

engine::Resources Highlight::resources() const {
  const std::uint64_t macs = params_.pe_array.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.structured_buffer_bits(), params_.clock};
}

tlm::ModuleType highlight_module_type() {
  tlm::ModuleType type = tlm::module_type<HighlightParams, Highlight>(
      "highlight", "two-rank structured sparsity [HighLight], a baseline of SparSynergy");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
