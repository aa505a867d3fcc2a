// SPDX-License-Identifier: Apache-2.0
#include "noc/multicast_controllers.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::noc {

void MulticastControllers::load(Span<const std::uint32_t> chain) {
  if (chain.size() != chain_length()) {
    throw input_error(
        {}, fmt::format("a scan chain of {} IDs; expected {}", chain.size(), chain_length()));
  }
  std::size_t at = 0;
  for (std::size_t row = 0; row < row_ids_.size(); ++row) {
    row_ids_[row] = chain[at++];
    for (std::uint32_t column = 0; column < columns_; ++column) {
      ids_[row * columns_ + column] = chain[at++];
    }
  }
}

std::uint32_t MulticastControllers::matching_rows(std::uint32_t row_tag) const {
  return static_cast<std::uint32_t>(std::count(row_ids_.begin(), row_ids_.end(), row_tag));
}

std::vector<std::uint32_t> MulticastControllers::receivers(std::uint32_t row_tag,
                                                           std::uint32_t column_tag) const {
  std::vector<std::uint32_t> result;
  for (std::size_t row = 0; row < row_ids_.size(); ++row) {
    if (row_ids_[row] != row_tag) {
      continue;
    }
    for (std::uint32_t column = 0; column < columns_; ++column) {
      const std::size_t index = row * columns_ + column;
      if (ids_[index] == column_tag) {
        result.push_back(static_cast<std::uint32_t>(index));
      }
    }
  }
  return result;
}

}  // namespace lacuna::noc
