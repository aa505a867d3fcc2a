// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/sparse_tensor_core/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// Tensor cores that take two of every four weights (STC of SparSynergy, after the A100): a multiplexer before every
/// multiplier picks the activation that its weight meets, so a fragment stands for twice as many elements. Dense layers run as
/// on TensorCore.
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

/// Module type `sparse_tensor_core`.
tlm::ModuleType sparse_tensor_core_module_type();

}  // namespace lacuna::baselines
