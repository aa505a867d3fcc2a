// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/tile_decoder.h"

#include <algorithm>
#include <cstdlib>

#include "engine/dense_rows.h"
#include "sparse/bit_string.h"
#include "sparsynergy/tile_layout.h"

namespace lacuna::sparsynergy {
namespace {

constexpr std::uint32_t group_rows = 8;
constexpr std::uint8_t nowhere = 255;

/// The rest of a span, or nothing.
Span<const std::uint8_t> from(Span<const std::uint8_t> bytes, std::uint64_t at) {
  return bytes.subspan(std::min<std::uint64_t>(at, bytes.size()));
}

/// Enters a vector into the rows, unless it cannot be.
void enter(const DecodedVector& vector, std::size_t channels, std::size_t elements,
           DecodedTile& tile) {
  std::array<int, lanes> value{};
  for (unsigned lane = 0; lane < lanes; ++lane) {
    for (unsigned i = 0; i < lanes; ++i) {
      value[lane] += (vector.column[i] >> lane & 1) << vector.significance[i];
    }
    value[lane] = (vector.sign >> lane & 1) != 0 ? -value[lane] : value[lane];
  }
  for (unsigned lane = 0; lane < lanes; ++lane) {
    if (value[lane] == 0) {
      continue;
    }
    const std::size_t element =
        std::size_t{vector.segment} * tile.segment_elements + vector.place[lane];
    const bool possible = vector.channel < channels && vector.place[lane] != nowhere &&
                          element < elements && value[lane] >= -128 && value[lane] <= 127 &&
                          tile.rows[vector.channel * tile.stride + element] == 0;
    if (!possible) {
      tile.regular = false;
      return;
    }
    tile.rows[vector.channel * tile.stride + element] = static_cast<std::int8_t>(value[lane]);
  }
}

/// Vectors of a stream.
class StreamDecoder {
 public:
  StreamDecoder(const engine::TileOperands& operands, DecodedTile& tile)
      : format_(format_of(operands.metadata)),
        layout_(format_, operands.geometry.step.channels, operands.geometry.step.elements),
        data_(operands.weights),
        rows_(from(operands.metadata, layout_.vector_index())),
        values_(from(operands.metadata, layout_.value_index())),
        columns_(from(operands.metadata, layout_.bit_index())),
        tile_(tile) {}

  void decode(std::uint32_t groups) {
    tile_.segment_elements = format_.vector_elements();
    tile_.segments = layout_.segments();
    tile_.loads = format_.dense_columns() ? 2 : 1;
    for (std::uint32_t group = 0; group < groups; ++group) {
      tile_.kept.push_back(layout_.kept(group));
      for (std::uint32_t segment = 0; segment < tile_.segments; ++segment) {
        for (std::uint32_t i = 0; i < tile_.kept.back(); ++i) {
          tile_.vectors.push_back(next(i));
          DecodedVector& vector = tile_.vectors.back();
          vector.channel = group * group_rows + vector.row;
          vector.segment = segment;
        }
      }
    }
  }

 private:
  DecodedVector next(std::uint32_t number) {
    DecodedVector vector;
    vector.row = static_cast<std::uint8_t>(format_.vectors == 8 ? number : rows_.take(3));
    for (unsigned lane = 0; lane < lanes; ++lane) {
      const auto index =
          static_cast<std::uint8_t>(format_.window == 2 ? lane % 2 : values_.take(2));
      const auto window = static_cast<std::uint8_t>(lane / 2 * format_.window);
      vector.place[lane] =
          index < format_.window ? static_cast<std::uint8_t>(window + index) : nowhere;
    }
    vector.sign = byte();
    for (unsigned i = 0; i < format_.stored_columns(); ++i) {
      vector.significance[i] =
          static_cast<std::uint8_t>(format_.dense_columns() ? 6 - i : columns_.take(3));
      vector.column[i] = byte();
    }
    return vector;
  }
  std::uint8_t byte() {
    const std::size_t at = at_++;
    return at < data_.size() ? data_[at] : std::uint8_t{0};
  }

  sparse::UnifiedFormat format_;
  TileLayout layout_;
  Span<const std::uint8_t> data_;
  std::size_t at_ = 0;
  sparse::BitReader rows_;
  sparse::BitReader values_;
  sparse::BitReader columns_;
  DecodedTile& tile_;
};

/// Run-time weights as vectors with all eight columns of a magnitude.
void split_rows(const engine::TileOperands& operands, DecodedTile& tile) {
  const engine::TileStep& step = operands.geometry.step;
  const engine::ChannelRows weights(operands);
  tile.segments = (step.elements + lanes - 1) / lanes;
  tile.loads = 2;
  for (std::uint32_t first = 0; first < step.channels; first += group_rows) {
    const std::uint32_t here = std::min(group_rows, step.channels - first);
    tile.kept.push_back(here);
    for (std::uint32_t segment = 0; segment < tile.segments; ++segment) {
      for (std::uint32_t row = 0; row < here; ++row) {
        DecodedVector vector;
        vector.channel = first + row;
        vector.segment = segment;
        vector.row = static_cast<std::uint8_t>(row);
        for (unsigned lane = 0; lane < lanes; ++lane) {
          const std::uint32_t element = segment * lanes + lane;
          const int weight = element < step.elements ? weights.row(first + row)[element] : 0;
          const auto magnitude = static_cast<unsigned>(std::abs(weight));
          vector.place[lane] = static_cast<std::uint8_t>(lane);
          vector.sign = static_cast<std::uint8_t>(vector.sign | (weight < 0 ? 1u << lane : 0u));
          for (unsigned i = 0; i < lanes; ++i) {
            vector.significance[i] = static_cast<std::uint8_t>(7 - i);
            vector.column[i] =
                static_cast<std::uint8_t>(vector.column[i] | (magnitude >> (7 - i) & 1) << lane);
          }
        }
        tile.vectors.push_back(vector);
      }
    }
  }
}

}  // namespace

DecodedTile decode_tile(const engine::TileOperands& operands) {
  const engine::TileStep& step = operands.geometry.step;
  DecodedTile tile;
  if (operands.weight_source == engine::WeightSource::stream) {
    StreamDecoder(operands, tile).decode((step.channels + group_rows - 1) / group_rows);
  } else {
    split_rows(operands, tile);
  }
  tile.stride = step.elements;
  tile.rows.assign(std::size_t{step.channels} * tile.stride, 0);
  for (const DecodedVector& vector : tile.vectors) {
    for (const std::uint8_t column : vector.column) {
      tile.ones += static_cast<unsigned>(__builtin_popcount(column));
    }
    if (tile.regular) {
      enter(vector, step.channels, step.elements, tile);
    }
  }
  return tile;
}

}  // namespace lacuna::sparsynergy
