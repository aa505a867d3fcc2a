// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "baselines/serial/pe.h"
#include "core/span.h"

namespace lacuna::baselines {

/// Distils the bits of a group of weights [Bitlet §IV]: for every significance, which weights have a one there. Each cycle
/// every significance gives its lane the next weight that has one; the lane takes that weight's activation, shifted by the
/// significance. Two's complement: lane 7 subtracts.
class Distiller {
 public:
  /// @param weights up to 64 bytes
  void load(Span<const std::uint8_t> weights);
  bool pending() const;
  PeOperation schedule();

 private:
  std::array<std::uint64_t, serial_lanes>
      essential_{};  // [significance], bit i: weight i has a one, not yet taken
};

}  // namespace lacuna::baselines
