// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/sparse_tensor_core.h"

#include "engine/structured_packer.h"
#include "sparq/promised_products.h"
#include "sparq/sparse_tensor_core/promised_selection.h"
#include "sparq/tensor_core/tensor_core.h"

namespace lacuna::sparq {
namespace {

constexpr unsigned bits_of_weight = 8;

engine::ArrayAcceleratorParts parts(const SparseTensorCoreParams& params) {
  engine::ArrayAcceleratorParts parts =
      dot_product_parts(params, params.structured_blocks(), true, "sparq.stc");
  parts.id = engine::accelerator_id("SPST");
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
  const bool reduced = reduces(params_, layer);
  const sparse::HssFormat format = params_.format_of(layer);
  const IssueRule rule = issue_rule(params_.options(true), reduced, !format.dense());
  engine::PreparedLayer prepared =
      engine::prepare_structured(layer, weights, limits(options), format, selection_slots,
                                 {rule.weights(), rule.clocks}, memory);
  prepared.job.reduced_activations = reduced;
  if (reduced) {
    prepared.products = rule.selects && params_.pe == PeKind::sparq
                            ? promised_selection(params_.sparq.format())
                            : promised_products(params_.pe, params_.sparq.format());
  }
  return prepared;
}

engine::Resources SparseTensorCore::resources() const {
  const std::uint64_t macs = params_.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.structured_buffer_bits(), params_.clock};
}

tlm::ModuleType sparse_tensor_core_module_type() {
  tlm::ModuleType type = tlm::module_type<SparseTensorCoreParams, SparseTensorCore>(
      "sparq_sparse_tensor_core",
      "Tensor Cores with 2:4 weights that pair the activations they select (SPARQ)");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::sparq
