// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/bitlet/array_fast.h"
#include "baselines/bitlet/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// Bitlet [Lu et al., MICRO 2021] as BBS compares with it: lane b of a PE takes bit b of one of its many weights a cycle, and
/// lanes, rows and columns meet at the end of every group.
class Bitlet final : public engine::ArrayAccelerator {
 public:
  Bitlet(const sc_core::sc_module_name& name, const BitletParams& params,
         tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const BitletParams params_;
  const FastBitletArray measure_;
};

/// Module type `bitlet`.
tlm::ModuleType bitlet_module_type();

}  // namespace lacuna::baselines
