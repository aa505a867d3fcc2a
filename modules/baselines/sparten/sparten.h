// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/sparten/params.h"
#include "engine/array_accelerator.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// SparTen [Gondimalla et al., MICRO'19] as BBS compares with it: vectors of 128 elements as bit masks and values on both
/// sides, of which a PE multiplies the matching pairs, one a cycle. A chunk takes the array
///
///     max(16, most pairs of any PE)      cycles
///
/// as in the simulator of BBS's authors. Weights are stored compressed; activations are stored dense, and their masks are
/// built when they are loaded. Weights computed at run time are compressed when they are fetched.
class Sparten final : public engine::ArrayAccelerator {
 public:
  Sparten(const sc_core::sc_module_name& name, const SpartenParams& params,
          tlm::Surroundings& surroundings);

  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;

 private:
  const SpartenParams params_;
};

/// Module type `sparten`.
tlm::ModuleType sparten_module_type();

}  // namespace lacuna::baselines
