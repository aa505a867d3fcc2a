// SPDX-License-Identifier: Apache-2.0
//
// An X/Y multicast bus of two rows, its window of tags, and receivers behind it.
#pragma once

#include "unit/noc/multicast_receivers.h"

namespace lacuna::test {

using BusReceivers = ReceiverSystem<noc::XyMulticastBus, noc::XyMulticastBusParams>;

inline constexpr std::uint64_t window = std::uint64_t{1} << 32;
inline constexpr std::uint64_t pair_size = 1024;

inline noc::BusReceiverParams at(std::uint32_t row, std::uint32_t column, std::uint32_t id) {
  noc::BusReceiverParams result;
  result.row = row;
  result.column = column;
  result.id = id;
  return result;
}

/// Two rows of three. Row 0 has ID 5: r0, r1, r2 with IDs 1, 1, 2. Row 1 has ID 6: r3 with ID 1.
inline noc::XyMulticastBusParams two_rows() {
  noc::XyMulticastBusParams params;
  params.rows = 2;
  params.columns = 3;
  params.row_ids = {5, 6};
  params.receivers = {
      {"r0", at(0, 0, 1)}, {"r1", at(0, 1, 1)}, {"r2", at(0, 2, 2)}, {"r3", at(1, 0, 1)}};
  params.tags.emplace();
  params.tags->base = Address(window);
  params.tags->size = Bytes(pair_size);
  params.scan_width = 32;  // the chain of 8 IDs of 4 bits in one cycle
  return params;
}

inline std::uint64_t tags(std::uint64_t row, std::uint64_t column, std::uint64_t offset = 0) {
  return window + (row * 16 + column) * pair_size + offset;
}

}  // namespace lacuna::test
