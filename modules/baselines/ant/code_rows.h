// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "baselines/ant/decoder.h"
#include "core/span.h"
#include "engine/array_model.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// A tile's codes as the weight banks hold them. Stored tiles are rows of codes, from bit 0 of each byte up, each row filled up to
/// whole words of 16 bytes, with a format byte for every row in the metadata. Run-time weights are rows of int8, turned first when
/// they lie transposed.
class AntCodeRows {
 public:
  AntCodeRows() = default;
  AntCodeRows(const engine::TileOperands& operands, unsigned turner_latency);

  /// One clock of the turner. @return false when there was nothing left to do
  bool turn() { return !stored_ && dense_.step(); }
  void finish();

  /// Of a channel of the tile; integers of one bit for a channel that it does not have.
  AntRowFormat format(std::uint32_t channel) const;
  /// 0 where there is none.
  unsigned code(std::uint32_t channel, std::uint32_t element) const;
  /// Cycles of a pass of rows from `first` on: the most bits among the codes of channels that exist.
  unsigned pass_cycles(std::uint32_t first, std::uint32_t rows) const;

 private:
  unsigned stored_code(std::uint32_t channel, std::uint32_t element) const;

  bool stored_ = false;
  std::uint32_t channels_ = 0;
  std::uint32_t elements_ = 0;
  Span<const std::uint8_t> codes_;
  Span<const std::uint8_t> formats_;
  std::vector<std::size_t> row_offset_;
  engine::WeightTurner dense_;
};

}  // namespace lacuna::baselines
