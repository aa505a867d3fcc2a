// SPDX-License-Identifier: Apache-2.0
#include "sparq/tensor_core/tensor_core.h"

#include "engine/dense_rows.h"
#include "sparq/promised_products.h"
#include "sparq/technology_entry.h"

namespace lacuna::sparq {
namespace {

constexpr unsigned bits_of_weight = 8;

engine::ArrayAcceleratorParts parts(const TensorCoreParams& params) {
  engine::ArrayAcceleratorParts parts =
      dot_product_parts(params, params.blocks(params.pe_array), false, "sparq.tc");
  parts.id = engine::accelerator_id("SPTC");
  return parts;
}

}  // namespace

engine::ArrayAcceleratorParts dot_product_parts(const TensorCoreSystemParams& params,
                                                const engine::TilePipelineParams& blocks,
                                                bool selection, const std::string& technology) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, selection](const std::string&) {
    return make_dot_product_body(params, selection);
  };
  const std::string width = params.pe == PeKind::dense ? ".dense" : "";
  parts.technology = {pe_entry(technology + ".unit", params.pe, params.sparq.placements),
                      technology + ".row_registers" + width,
                      technology + ".column_registers" + width, "", "sparq.transposer"};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = blocks;
  parts.clock = params.clock;
  return parts;
}

bool reduces(const TensorCoreSystemParams& params, const workload::Layer& layer) {
  return params.pe != PeKind::dense && layer.weight_storage == workload::WeightStorage::offline &&
         params.sparq.reduces(layer);
}

TensorCore::TensorCore(const sc_core::sc_module_name& name, const TensorCoreParams& params,
                       tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::PreparedLayer TensorCore::prepare(const workload::Layer& layer, const Tensor& weights,
                                          const engine::PrepareOptions& options,
                                          engine::AddressAllocator& memory) {
  const bool reduced = reduces(params_, layer);
  const IssueRule rule = issue_rule(params_.options(false), reduced, false);
  engine::PreparedLayer prepared = engine::prepare_dense_rows(
      layer, weights, limits(options), {rule.weights(), rule.clocks}, memory);
  prepared.job.reduced_activations = reduced;
  if (reduced) {
    prepared.products = promised_products(params_.pe, params_.sparq.format());
  }
  return prepared;
}

engine::Resources TensorCore::resources() const {
  const std::uint64_t macs = params_.macs_per_cycle();
  return {macs * bits_of_weight, macs, params_.buffer_bits(), params_.clock};
}

tlm::ModuleType tensor_core_module_type() {
  tlm::ModuleType type = tlm::module_type<TensorCoreParams, TensorCore>(
      "sparq_tensor_core", "Tensor Cores that take pairs of quantized activations (SPARQ)");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::sparq
