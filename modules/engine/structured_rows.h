// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/array_model.h"
#include "engine/structured_tile.h"

namespace lacuna::engine {

/// A structured tile's weights for a body in closed form, a dense row for every channel. Missing bytes are zero.
class StructuredRows {
 public:
  /// @throws Error (stuck) when the metadata names no pattern
  explicit StructuredRows(const TileOperands& operands);

  const StructuredLayout& layout() const { return layout_; }
  /// [channels, stride], from the tile's first element on.
  Span<const std::int8_t> rows() const {
    return Span<const std::int8_t>(rows_).subspan(layout_.phase);
  }
  std::size_t stride() const { return stride_; }

 private:
  StructuredLayout layout_;
  std::size_t stride_ = 0;
  std::vector<std::int8_t> rows_;  // [channels, phase + elements]
};

}  // namespace lacuna::engine
