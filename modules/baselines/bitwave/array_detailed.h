// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "baselines/bitwave/column_parser.h"
#include "baselines/bitwave/options.h"
#include "baselines/serial/array_detailed.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// The BitWave array clock by clock: an index parser for every group of eight weights that the array takes at once.
class DetailedBitwaveArray final : public DetailedSerialArray {
 public:
  DetailedBitwaveArray(const engine::ArrayOptions& options, const BitwaveRule& rule)
      : DetailedSerialArray(options), rule_(rule) {}

 private:
  SerialLayout layout_of(const engine::TileGeometry& geometry) const override {
    return bitwave_layout(rule_.shapes, geometry);
  }
  void take_weights(const engine::TileOperands& operands, unsigned schedulers) override;
  bool turn() override { return !stored_ && dense_.step(); }
  std::uint64_t load(unsigned scheduler, std::uint32_t channel, std::uint32_t element) override;
  bool pending(unsigned scheduler) const override { return parsers_[scheduler].pending(); }
  PeOperation schedule(unsigned scheduler) override { return parsers_[scheduler].schedule(); }

  void find_columns(const engine::TileGeometry& geometry);
  ColumnGroup stored_group(std::size_t slot) const;
  ColumnGroup dense_group(std::uint32_t channel, std::uint32_t element) const;
  std::uint8_t index_at(std::size_t slot) const;

  BitwaveRule rule_;
  std::vector<ColumnParser> parsers_;
  std::uint32_t channels_ = 0;
  std::uint32_t elements_ = 0;
  bool stored_ = false;  ///< columns and indices; otherwise rows of int8

  engine::WeightTurner dense_;
  Span<const std::uint8_t> columns_;
  Span<const std::uint8_t> indices_;
  std::uint32_t array_rows_ = 0;
  std::size_t groups_ = 0;           // of a channel
  std::size_t block_indices_ = 0;    // bytes from block to block
  std::vector<std::size_t> offset_;  // [slots, groups]: first column of a group
};

}  // namespace lacuna::baselines
