// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "baselines/serial/pe.h"
#include "core/span.h"

namespace lacuna::baselines {

/// What bodies of a Pragmatic array must agree on beside the shared options.
struct PragmaticRule {
  /// Width of the shifter in a lane: in one cycle the offsets of a PE's lanes may differ by less than 2^first_stage_bits,
  /// and the rest of the shift is common, behind the adder tree.
  unsigned first_stage_bits = 3;
  /// The sign bit of a negative weight takes a cycle of its lane.
  bool sign_cycle = true;
};

/// Generates the oneffsets (positions of the one bits) of eight weights, one of each weight a cycle, leading ones first
/// [Pragmatic §4]. Weights are sign-magnitude here; -128 has a magnitude bit of its own.
///
/// With a first-stage shifter of fewer than 3 bits, lanes whose oneffset lies too far below the largest one of the cycle
/// wait.
class OneffsetDispatcher {
 public:
  explicit OneffsetDispatcher(const PragmaticRule& rule) : rule_(rule) {}

  /// @param weights eight bytes, two's complement
  void load(Span<const std::uint8_t> weights);
  bool pending() const;
  PeOperation schedule();

 private:
  struct Lane {
    std::uint8_t magnitude = 0;  ///< one bits not yet generated
    bool negative = false;
    bool sign_pending = false;  ///< the sign bit has yet to take its cycle
  };

  PragmaticRule rule_;
  std::array<Lane, serial_lanes> lanes_;
};

}  // namespace lacuna::baselines
