// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "engine/array_options.h"

namespace lacuna::baselines {

/// An octet computes eight channels by eight positions with eight four-element dot products a cycle: four channels by two
/// positions a step (SparSynergy's RTL of a tensor core: two thread groups of four FEDPs).
inline constexpr unsigned octet_side = 8;
inline constexpr unsigned octet_fedps = 8;
inline constexpr unsigned fedp_lanes = 4;
/// Weights of a channel that a fragment holds: four sets of four, each taken in eight steps. A fragment is 8 x 8 x 16 in an
/// octet, 16 x 16 x 16 in a tensor core of four octets.
inline constexpr unsigned fragment_values = 16;
inline constexpr unsigned steps_of_set = 8;
inline constexpr unsigned fragment_steps = fragment_values / fedp_lanes * steps_of_set;

/// What the FEDPs of every octet work on in one step: operand buffers are addressed by bits of the step's number, channels
/// by bit 1, positions by bits 2 and 0.
struct FragmentStep {
  unsigned first_lane = 0;    ///< of the fragment's 16 values
  unsigned first_row = 0;     ///< of the octet, and three more
  unsigned first_column = 0;  ///< of the octet, and one more
};
inline FragmentStep fragment_step(unsigned step) {
  const unsigned s = step % steps_of_set;
  return {step / steps_of_set * fedp_lanes, 4 * (s >> 1 & 1u), 4 * (s >> 2 & 1u) + 2 * (s & 1u)};
}

/// When the steps of a fragment happen.
struct FragmentController {
  unsigned period = fragment_steps;  ///< cycles of a fragment
  unsigned first = 0;                ///< cycle of its first step

  bool works(unsigned cycle) const { return cycle >= first && cycle < first + fragment_steps; }
};

enum class ControllerKind : std::uint8_t {
  ideal,          ///< steps without a gap: the next operands are fetched meanwhile
  published_rtl,  ///< three idle cycles before and one of write-back after every fragment
};
/// The published RTL repeats every 36 cycles: idle 3, fetch 1 (in which its step counter already runs), compute 31,
/// write-back 1 (measured; its last step is lost, which is not modelled).
inline FragmentController controller_of(ControllerKind kind) {
  return kind == ControllerKind::ideal ? FragmentController{}
                                       : FragmentController{fragment_steps + 4, 3};
}

/// What both bodies of an array of octets agree on.
struct FragmentOptions {
  engine::ArrayOptions array;
  FragmentController controller;
  /// Weights of a pruning window that the operand selection takes (engine/structured_tile.h); 0: dense only.
  unsigned window_slots = 0;
};

/// FEDPs of an array of so many rows and columns, in whole octets.
inline std::uint64_t fedps_of(unsigned rows, unsigned columns) {
  const std::uint64_t octets = std::uint64_t{(rows + octet_side - 1) / octet_side} *
                               ((columns + octet_side - 1) / octet_side);
  return octets * octet_fedps;
}

}  // namespace lacuna::baselines

template <>
struct lacuna::EnumNames<lacuna::baselines::ControllerKind> {
  static std::vector<lacuna::EnumName<lacuna::baselines::ControllerKind>> table() {
    using lacuna::baselines::ControllerKind;
    return {{"ideal", ControllerKind::ideal}, {"published_rtl", ControllerKind::published_rtl}};
  }
};
