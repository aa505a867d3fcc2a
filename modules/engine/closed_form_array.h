// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/array_model.h"
#include "engine/gemm.h"

namespace lacuna::engine {

/// A body that knows a tile step's end at its start: compute() does everything, and clock by clock only the cycles pass.
/// Weights are prepared once per load of the weight buffer.
class ClosedFormArray : public ArrayModel {
 public:
  bool clocked() const final { return false; }
  void begin(const TileOperands& operands, Span<std::int32_t> accumulators) final;
  bool step() final;
  ArrayResult result() const final { return result_; }

 protected:
  /// Identifies weights that have been prepared.
  struct WeightKey {
    std::uint64_t version = 0;
    WeightSource source = WeightSource::stream;
    std::uint32_t channels = 0;
    std::uint32_t elements = 0;

    friend bool operator==(const WeightKey& a, const WeightKey& b) {
      return a.version == b.version && a.source == b.source && a.channels == b.channels &&
             a.elements == b.elements;
    }
  };
  static WeightKey key_of(const TileOperands& operands);

  /// Gathers the step's activations and adds the products; sums wrap at `accumulator_bits`.
  void multiply(const TileOperands& operands, const WeightPanel& weights, unsigned accumulator_bits,
                Span<std::int32_t> accumulators);
  /// Of the last multiply().
  const ActivationPanel& activations() const { return activations_; }

 private:
  ActivationPanel activations_;
  std::vector<std::int32_t> sums_;
  ArrayResult result_;
  std::uint64_t steps_left_ = 0;
};

}  // namespace lacuna::engine
