// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/highlight/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// HighLight [Wu et al., MICRO'23] with the multipliers of SparSynergy's comparison: of the weights four of H1 blocks stay,
/// and two of H0 values in each; multiplexers pick blocks of activations first, then activations, so that a fragment stands
/// for 16 / density elements. Activations are dense. Dense layers run as on TensorCore.
class Highlight final : public engine::ArrayAccelerator {
 public:
  Highlight(const sc_core::sc_module_name& name, const HighlightParams& params,
            tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const HighlightParams params_;
};

/// Module type `highlight`.
tlm::ModuleType highlight_module_type();

}  // namespace lacuna::baselines
