// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/ant/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// ANT [Guo et al., MICRO'22] as BBS compares with it: weights are integers, flint or powers of two of a few bits, decoded in front
/// of bit-serial lanes, so that a pass takes as many cycles as a code has bits [BitSim: a bit-serial Stripes of p bits].
class Ant final : public engine::ArrayAccelerator {
 public:
  Ant(const sc_core::sc_module_name& name, const AntParams& params,
      tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const AntParams params_;
};

/// Module type `ant`.
tlm::ModuleType ant_module_type();

}  // namespace lacuna::baselines
