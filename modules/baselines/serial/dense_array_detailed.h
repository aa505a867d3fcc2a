// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "baselines/serial/array_detailed.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// The clocked array of machines that keep weights as dense rows: every scheduler is loaded with the bytes of its weights.
/// @tparam Scheduler has load(Span<const std::uint8_t>), pending(), schedule()
template <class Scheduler>
class DenseDetailedArray : public DetailedSerialArray {
 protected:
  /// @param scheduler what every row's scheduler is a copy of @param pe_elements weights that it takes
  DenseDetailedArray(const engine::ArrayOptions& options, const Scheduler& scheduler,
                     unsigned pe_elements)
      : DetailedSerialArray(options), scheduler_(scheduler), pe_elements_(pe_elements) {}

 private:
  SerialLayout layout_of(const engine::TileGeometry& geometry) const final {
    return plain_layout(geometry, pe_elements_);
  }
  void take_weights(const engine::TileOperands& operands, unsigned schedulers) final {
    weights_ = engine::WeightTurner(operands, options().turner_latency);
    schedulers_.assign(schedulers, scheduler_);
  }
  bool turn() final { return weights_.step(); }
  std::uint64_t load(unsigned scheduler, std::uint32_t channel, std::uint32_t element) final {
    std::array<std::uint8_t, 64> weights{};
    std::uint64_t non_zero = 0;
    for (unsigned i = 0; i < pe_elements_; ++i) {
      weights[i] = weights_.weight(channel, element + i);
      non_zero |= std::uint64_t{weights[i] != 0} << i;
    }
    schedulers_[scheduler].load(Span<const std::uint8_t>(weights).first(pe_elements_));
    return non_zero;
  }
  bool pending(unsigned scheduler) const final { return schedulers_[scheduler].pending(); }
  PeOperation schedule(unsigned scheduler) final { return schedulers_[scheduler].schedule(); }

  Scheduler scheduler_;
  unsigned pe_elements_;
  engine::WeightTurner weights_;
  std::vector<Scheduler> schedulers_;
};

}  // namespace lacuna::baselines
