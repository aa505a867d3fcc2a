// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"
#include "sparse/bbs_group.h"

namespace lacuna::sparse {

/// How a run of weights is cut: rows one after the other, each into groups of its own, the last of
/// a row possibly short.
struct GroupCut {
  std::size_t row_length = 0;  ///< weights of a row
  std::size_t rows = 0;
  std::size_t group = 32;  ///< 1..256

  std::size_t weights() const { return row_length * rows; }
  std::size_t groups_per_row() const { return (row_length + group - 1) / group; }
  std::size_t groups() const { return groups_per_row() * rows; }
  /// Weights of group `index` of a row.
  std::size_t length(std::size_t index) const {
    const std::size_t rest = row_length - index * group;
    return rest < group ? rest : group;
  }
};

/// Compresses every group: the same bits as compress_group(), with the instruction set of the
/// processor at hand.
/// @param weights       cut.weights() weights
/// @param reconstructed as many
/// @param metadata      cut.groups()
/// @returns the squared error of all
/// @throws Error (bad_input) on parameters out of range or spans of the wrong length
std::uint64_t compress_groups(const BbsPruning& pruning, const GroupCut& cut,
                              Span<const std::int8_t> weights, Span<std::int16_t> reconstructed,
                              Span<GroupMetadata> metadata);

}  // namespace lacuna::sparse
