// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/stripes/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// Stripes: the dense bit-serial array that BBS compares BitVert with. Every weight bit costs a lane's cycle.
class Stripes final : public engine::ArrayAccelerator {
 public:
  Stripes(const sc_core::sc_module_name& name, const StripesParams& params,
          tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const StripesParams params_;
};

/// Module type `stripes`.
tlm::ModuleType stripes_module_type();

}  // namespace lacuna::baselines
