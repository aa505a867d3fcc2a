// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace lacuna::noc {

/// The ID of a controller with nobody to call behind it: wider than any tag.
inline constexpr std::uint32_t unused_id = ~std::uint32_t{0};

/// IDs of the multicast controllers of an X/Y bus.
struct MulticastIds {
  std::vector<std::uint32_t> row_ids;
  std::vector<std::uint32_t> ids;  ///< row * columns + column
};

/// IDs by which every set of receivers is what one pair of tags reaches, and nobody else is. X-buses with members of one set
/// share an ID, so that one tag opens them all; others differ, so that they stay still.
/// @param sets of places, row * columns + column; none empty, and a place in one set at most: a controller has one ID
MulticastIds choose_multicast_ids(std::uint32_t rows, std::uint32_t columns,
                                  const std::vector<std::vector<std::uint32_t>>& sets);

}  // namespace lacuna::noc
