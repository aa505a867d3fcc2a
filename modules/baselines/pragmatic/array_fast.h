// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "baselines/pragmatic/oneffset_dispatcher.h"
#include "baselines/serial/array_fast.h"

namespace lacuna::baselines {

/// The Pragmatic array in closed form. A pass takes the most one bits (sign bit included where it counts) of any weight of
/// the rows; with short shifters, what the row that waits most often takes.
class FastPragmaticArray final : public FastSerialArray {
 public:
  FastPragmaticArray(const engine::ArrayOptions& options, const PragmaticRule& rule);

  /// Cycles of the passes of a row, for the mapper as well.
  /// @return one bits that take a cycle
  std::uint64_t measure(const std::int8_t* row, std::uint32_t elements,
                        std::uint8_t* pe_cycles) const override;

 private:
  SerialLayout layout_of(const engine::TileGeometry& geometry) const override;
  std::uint8_t staged_cycles(const std::int8_t* weights, std::uint32_t count) const;

  PragmaticRule rule_;
  std::array<std::uint8_t, 256> ones_{};  // of a weight's byte, as far as they take a cycle
};

}  // namespace lacuna::baselines
