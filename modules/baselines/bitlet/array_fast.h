// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/serial/array_fast.h"

namespace lacuna::baselines {

/// The Bitlet array in closed form: a pass takes the most ones that any row's group has at any significance.
class FastBitletArray final : public FastSerialArray {
 public:
  /// @param group weights of a pass
  FastBitletArray(const engine::ArrayOptions& options, unsigned group)
      : FastSerialArray(options), group_(group) {}

  std::uint64_t measure(const std::int8_t* row, std::uint32_t elements,
                        std::uint8_t* pe_cycles) const override;

 private:
  SerialLayout layout_of(const engine::TileGeometry& geometry) const override {
    return plain_layout(geometry, group_);
  }

  unsigned group_;
};

}  // namespace lacuna::baselines
