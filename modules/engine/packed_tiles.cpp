// SPDX-License-Identifier: Apache-2.0
#include "engine/packed_tiles.h"

namespace lacuna::engine {

void PackedTiles::add(const std::vector<std::uint8_t>& weights,
                      const std::vector<std::uint8_t>& metadata) {
  WeightTileEntry entry;
  entry.weights_address = bytes.size();
  entry.weights_bytes = static_cast<std::uint32_t>(weights.size());
  bytes.insert(bytes.end(), weights.begin(), weights.end());
  entry.metadata_address = bytes.size();
  entry.metadata_bytes = static_cast<std::uint32_t>(metadata.size());
  bytes.insert(bytes.end(), metadata.begin(), metadata.end());
  entries.push_back(entry);
  weight_bytes += weights.size();
  metadata_bytes += metadata.size();
}

std::vector<std::uint8_t> tile_table(const PackedTiles& tiles, std::uint64_t base) {
  std::vector<std::uint8_t> table(tiles.entries.size() * weight_tile_entry_bytes);
  Span<std::uint8_t> rest(table);
  for (WeightTileEntry entry : tiles.entries) {
    entry.weights_address += base;
    entry.metadata_address += base;
    serialize(entry, rest.first(weight_tile_entry_bytes));
    rest = rest.subspan(weight_tile_entry_bytes);
  }
  return table;
}

std::vector<std::uint8_t> channel_index_table(const std::vector<std::uint16_t>& channel_order) {
  std::vector<std::uint8_t> table;
  table.reserve(channel_order.size() * 2);
  for (const std::uint16_t channel : channel_order) {
    table.push_back(static_cast<std::uint8_t>(channel));
    table.push_back(static_cast<std::uint8_t>(channel >> 8));
  }
  return table;
}

}  // namespace lacuna::engine
