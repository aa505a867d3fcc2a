// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_table.h"

#include <algorithm>
#include <utility>

namespace lacuna::engine {

namespace {

constexpr std::uint64_t window_entries = 4096 / weight_tile_entry_bytes;

}  // namespace

void TileTable::open(std::uint64_t address, std::uint64_t entries) {
  address_ = address;
  entries_ = entries;
  window_.clear();
}

WeightTileEntry TileTable::entry(std::uint64_t index) {
  const std::uint64_t held = window_.size() / weight_tile_entry_bytes;
  if (index < first_ || index >= first_ + held) {
    fetch(index);
  }
  return parse_tile_entry(Span<const std::uint8_t>(window_).subspan(
      (index - first_) * weight_tile_entry_bytes, weight_tile_entry_bytes));
}

void TileTable::fetch(std::uint64_t first) {
  first_ = first;
  window_.resize(std::min(window_entries, entries_ - first) * weight_tile_entry_bytes);
  VectorEndpoint endpoint(window_);
  DmaTransfer transfer;
  transfer.what = "the tile table";
  transfer.endpoint = &endpoint;
  transfer.pieces.resize(1);
  transfer.pieces[0].memory.address = address_ + first * weight_tile_entry_bytes;
  transfer.pieces[0].memory.run_bytes = window_.size();
  blocks_.move(TileBlocks::fetch_channel, std::move(transfer), blocks_.params.count.overheads);
}

}  // namespace lacuna::engine
