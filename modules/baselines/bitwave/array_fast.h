// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/bitwave/options.h"
#include "baselines/serial/array_fast.h"

namespace lacuna::baselines {

/// The BitWave array in closed form. A pass takes the most columns that any PE's group has, by the index; dense weights that
/// were computed at run time take eight.
class FastBitwaveArray final : public FastSerialArray {
 public:
  FastBitwaveArray(const engine::ArrayOptions& options, const BitwaveRule& rule)
      : FastSerialArray(options), rule_(rule) {}

 private:
  SerialLayout layout_of(const engine::TileGeometry& geometry) const override {
    return bitwave_layout(rule_.shapes, geometry);
  }
  void decode(const engine::TileOperands& operands, SerialWeights& weights) const override;
  std::uint64_t measure(const std::int8_t* row, std::uint32_t elements,
                        std::uint8_t* pe_cycles) const override;

  BitwaveRule rule_;
};

}  // namespace lacuna::baselines
