// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_accelerator.h"
#include "sparsynergy/params.h"
#include "sparsynergy/resizing.h"
#include "tlm/module_type.h"

namespace lacuna::sparsynergy {

/// SparSynergy: tensor cores of bit-column dot products, for weights that are sparse in vectors, values and bit columns at once.
class Sparsynergy final : public engine::ArrayAccelerator {
 public:
  Sparsynergy(const sc_core::sc_module_name& name, const SparsynergyParams& params,
              tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  Arrangement arrangement(const workload::LayerShape& shape, const engine::MapperLimits& limits,
                          const FootprintOf& footprint_of) const;

  const SparsynergyParams params_;
};

/// Module type `sparsynergy`.
tlm::ModuleType module_type();

}  // namespace lacuna::sparsynergy
