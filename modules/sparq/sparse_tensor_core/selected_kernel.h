// SPDX-License-Identifier: Apache-2.0
//
// The inner loops of selected_panel.h, for the processor's vectors.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lacuna::sparq {

/// Pairs that four neighbours can be: six of two, four alone with a zero.
inline constexpr std::size_t selected_choices = 10;
/// Positions that are worked on at once: four vectors of the widest processor.
inline constexpr std::size_t selected_positions = 64;

/// What one channel does with four neighbours.
struct SelectedWindow {
  std::int32_t weights = 0;  ///< two of 16 bits, the first one low
  std::uint32_t choice = 0;
};

/// One element of a block of positions, as it takes part.
struct SelectedNeighbour {
  std::int16_t crowded[selected_positions];  ///< beside one that is not zero
  std::int16_t alone[selected_positions];    ///< beside a zero
  std::int16_t zero[selected_positions];     ///< -1 where it is zero, otherwise 0
};

/// The pairs of four neighbours: 01, 02, 03, 12, 13, 23, and each alone. @param pairs [choices, positions, 2]
void make_selected_pairs(const SelectedNeighbour* neighbours, std::int16_t* pairs);

/// totals [positions] += weights x pairs. @param pairs [count, choices, positions, 2]
void add_selected_windows(const std::int16_t* pairs, const SelectedWindow* windows,
                          std::size_t count, std::int32_t* totals);

}  // namespace lacuna::sparq
