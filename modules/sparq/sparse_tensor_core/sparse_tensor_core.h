// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_accelerator.h"
#include "sparq/sparse_tensor_core/params.h"
#include "tlm/module_type.h"

namespace lacuna::sparq {

/// Tensor Cores that take two of every four weights [SPARQ Fig. 5, §5.4]: a unit selects the activations that its weights
/// meet, and only then pairs and trims them, each unit for itself. Eight elements of the reduction an issue, or sixteen with
/// quantized activations; layers with dense weights run as on TensorCore.
class SparseTensorCore final : public engine::ArrayAccelerator {
 public:
  SparseTensorCore(const sc_core::sc_module_name& name, const SparseTensorCoreParams& params,
                   tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const SparseTensorCoreParams params_;
};

/// Module type `sparq_sparse_tensor_core`.
tlm::ModuleType sparse_tensor_core_module_type();

}  // namespace lacuna::sparq
