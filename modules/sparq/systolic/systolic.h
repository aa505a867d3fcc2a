// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_accelerator.h"
#include "sparq/systolic/params.h"
#include "tlm/module_type.h"

namespace lacuna::sparq {

/// A systolic array whose PEs take one 8-bit activation a clock, or two quantized ones [SPARQ §4]. It keeps outputs; one of dense PEs may
/// keep weights or inputs instead.
/// Activations lie in memory and in their buffer as 8 bits and are trimmed in pairs as they enter the array.
class Systolic final : public engine::ArrayAccelerator {
 public:
  Systolic(const sc_core::sc_module_name& name, const SystolicParams& params,
           tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const SystolicParams params_;
};

/// Module type `sparq_systolic`.
tlm::ModuleType systolic_module_type();

}  // namespace lacuna::sparq
