// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_accelerator.h"
#include "sparq/tensor_core/params.h"
#include "tlm/module_type.h"

namespace lacuna::sparq {

/// Tensor Cores whose dot-product units take four 8-bit activations a clock, or eight quantized ones [SPARQ §4]. Activations
/// lie in memory and in their buffer as 8 bits and are trimmed in pairs before they reach the units.
class TensorCore final : public engine::ArrayAccelerator {
 public:
  TensorCore(const sc_core::sc_module_name& name, const TensorCoreParams& params,
             tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const TensorCoreParams params_;
};

/// Module type `sparq_tensor_core`.
tlm::ModuleType tensor_core_module_type();

/// Everything that Tensor Cores, sparse or not, have in common.
/// @param technology prefix of its entries: "sparq.tc"
engine::ArrayAcceleratorParts dot_product_parts(const TensorCoreSystemParams& params,
                                                const engine::TilePipelineParams& blocks,
                                                bool selection, const std::string& technology);

/// Whether a layer's activations take part with fewer bits.
bool reduces(const TensorCoreSystemParams& params, const workload::Layer& layer);

}  // namespace lacuna::sparq
