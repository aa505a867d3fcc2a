// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/pragmatic/array_fast.h"
#include "baselines/pragmatic/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// Pragmatic [Albericio et al., MICRO 2017] as BBS compares with it: the one bits of the weights are serial, and lanes, rows
/// and columns meet at the end of every pass of eight weights.
class Pragmatic final : public engine::ArrayAccelerator {
 public:
  Pragmatic(const sc_core::sc_module_name& name, const PragmaticParams& params,
            tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const PragmaticParams params_;
  const FastPragmaticArray measure_;
};

/// Module type `pragmatic`.
tlm::ModuleType pragmatic_module_type();

}  // namespace lacuna::baselines
