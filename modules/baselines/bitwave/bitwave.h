// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "baselines/bitwave/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// BitWave [Shi et al., HPCA 2024] as BBS and SparSynergy compare with it: groups of eight weights in sign-magnitude, of which
/// the bit columns that are not zero are stored and serial; the array's shape follows the layer.
class Bitwave final : public engine::ArrayAccelerator {
 public:
  Bitwave(const sc_core::sc_module_name& name, const BitwaveParams& params,
          tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  /// What the mapper may fill in one of the array's shapes.
  engine::MapperLimits limits_of(const ArrayShape& shape,
                                 const engine::PrepareOptions& options) const;
  /// The shapes that suit a layer: an array of single channels only where a group has few.
  std::vector<ArrayShape> shapes_for(const workload::LayerShape& layer) const;

  const BitwaveParams params_;
};

/// Module type `bitwave`.
tlm::ModuleType bitwave_module_type();

}  // namespace lacuna::baselines
