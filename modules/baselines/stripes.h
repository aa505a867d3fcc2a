// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/stripes_params.h"
#include "engine/accelerator.h"
#include "engine/metered_array.h"
#include "engine/tile_pipeline.h"
#include "tlm/module_type.h"

namespace lacuna::baselines {

/// Stripes: the dense bit-serial array that BBS compares BitVert with. Every weight bit costs a lane's cycle.
class Stripes final : public engine::Accelerator {
 public:
  Stripes(const sc_core::sc_module_name& name, const StripesParams& params,
          tlm::Surroundings& surroundings);

  /// Nothing to decide: no channel is treated in a way of its own.
  void survey(const std::vector<engine::ChannelSensitivity>& network) override;
  engine::PreparedLayer prepare(const workload::Layer& layer, const Tensor& weights,
                                const engine::PrepareOptions& options,
                                engine::AddressAllocator& memory) override;
  engine::Resources resources() const override;
  engine::JobRecord last_job() const override { return pipeline_.job()->record; }
  std::vector<engine::TileTrace> last_tiles() const override { return pipeline_.job()->trace; }
  std::string waiting_for() const override { return pipeline_.waiting_for(); }

 private:
  const StripesParams params_;
  engine::MeteredArray array_;
  engine::TilePipeline pipeline_;
};

/// Module type `stripes`.
tlm::ModuleType stripes_module_type();

}  // namespace lacuna::baselines
