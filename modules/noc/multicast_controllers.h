// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::noc {

/// The multicast controllers of an X/Y bus: one before every X-bus on the Y-bus and one before every receiver on its X-bus.
/// Each has an ID, set through a scan chain, and passes what carries it as its tag; several with one ID are a multicast group
/// [Chen et al., Eyeriss, JSSC 2017].
class MulticastControllers {
 public:
  MulticastControllers(std::uint32_t rows, std::uint32_t columns)
      : columns_(columns), row_ids_(rows), ids_(std::size_t{rows} * columns) {}

  /// Number of IDs in the scan chain.
  std::size_t chain_length() const { return row_ids_.size() + ids_.size(); }
  /// Shifts the IDs in: of each row, its own and those of its receivers. @throws Error (bad_input) on another length
  void load(Span<const std::uint32_t> chain);

  /// X-buses that a row tag opens.
  std::uint32_t matching_rows(std::uint32_t row_tag) const;
  /// Receivers of a pair of tags, as row * columns + column.
  std::vector<std::uint32_t> receivers(std::uint32_t row_tag, std::uint32_t column_tag) const;

 private:
  std::uint32_t columns_;
  std::vector<std::uint32_t> row_ids_;
  std::vector<std::uint32_t> ids_;  // row * columns + column
};

}  // namespace lacuna::noc
