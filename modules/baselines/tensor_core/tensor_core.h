// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/tensor_core/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// The dense tensor cores that SparSynergy compares with: every multiplication takes its place in a fragment.
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

/// Module type `tensor_core`.
tlm::ModuleType tensor_core_module_type();

/// Everything that machines with an array of octets have in common.
engine::ArrayAcceleratorParts fragment_parts(const FragmentSystemParams& params,
                                             const engine::TilePipelineParams& blocks,
                                             unsigned window_slots, const char* prefix);

}  // namespace lacuna::baselines
