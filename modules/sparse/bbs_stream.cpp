// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sparse/bit_columns.h"
#include "sparse/bit_string.h"
#include "sparse/stream_header.h"

namespace lacuna::sparse {
namespace {

constexpr std::size_t lanes = 8;   ///< weights that a bit transposition takes
constexpr std::size_t field = 32;  ///< bits of a column that are appended at once

/// Columns of one group as 32-bit fields: columns[k][i / 32] bit i % 32 belongs to weight i.
using Columns = std::array<std::array<std::uint32_t, max_group / field>, weight_bits>;

void split_columns(Span<const std::int16_t> weights, BbsMethod method, GroupMetadata metadata,
                   Columns& columns) {
  const unsigned redundant = stored_redundant(metadata);
  const std::size_t fields = (weights.size() + field - 1) / field;
  for (auto& column : columns) {
    std::fill(column.begin(), column.begin() + fields, 0);
  }
  for (std::size_t first = 0; first < weights.size(); first += lanes) {
    std::array<std::uint8_t, lanes> shifted{};
    for (std::size_t i = 0; i < std::min(lanes, weights.size() - first); ++i) {
      const auto value =
          static_cast<std::uint8_t>(stored_value(method, weights[first + i], metadata.constant));
      shifted[i] = static_cast<std::uint8_t>(value << redundant);
    }
    std::uint64_t word = 0;
    std::memcpy(&word, shifted.data(), lanes);
    word = bit_columns(word);
    for (auto& column : columns) {
      column[first / field] |= static_cast<std::uint32_t>(word & 0xFF) << first % field;
      word >>= lanes;
    }
  }
}

void join_columns(const Columns& columns, BbsMethod method, GroupMetadata metadata,
                  Span<std::int16_t> weights) {
  const unsigned redundant = stored_redundant(metadata);
  const int constant = addend(method, metadata.constant);
  for (std::size_t first = 0; first < weights.size(); first += lanes) {
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < weight_bits; ++k) {
      const std::uint64_t byte = columns[k][first / field] >> first % field & 0xFF;
      word |= byte << k * lanes;
    }
    word = weights_of_columns(word);
    std::array<std::int8_t, lanes> shifted{};
    std::memcpy(shifted.data(), &word, lanes);
    for (std::size_t i = 0; i < std::min(lanes, weights.size() - first); ++i) {
      weights[first + i] = static_cast<std::int16_t>((shifted[i] >> redundant) + constant);
    }
  }
}

unsigned field_bits(std::size_t length, std::size_t index) {
  return static_cast<unsigned>(std::min(field, length - index * field));
}

/// Calls visit(group index, its weights) for every group of a cut, in order.
template <class T, class Visit>
void for_each_group(const GroupCut& cut, Span<T> weights, Visit visit) {
  std::size_t index = 0;
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < cut.groups_per_row(); ++g) {
      visit(index++, weights.subspan(row * cut.row_length + g * cut.group, cut.length(g)));
    }
  }
}

}  // namespace

std::vector<std::uint8_t> encode_stream(const CompressedTensor& compressed) {
  const GroupCut& cut = compressed.cut;
  StreamHeader header;
  header.shape = compressed.shape;
  header.how = compressed.how;
  header.cut = cut;
  header.column_bytes = (compressed.sizes.stored_column_bits + 7) / 8;
  std::vector<std::uint8_t> bytes = serialize(header);
  bytes.reserve(header.total_bytes());
  for (const GroupMetadata& group : compressed.metadata) {
    bytes.push_back(metadata_byte(group));
  }
  for (std::size_t g = 0; g < compressed.metadata.size(); g += 2) {
    const unsigned low = stored_columns(compressed.metadata[g]);
    const unsigned high =
        g + 1 < compressed.metadata.size() ? stored_columns(compressed.metadata[g + 1]) : 0;
    bytes.push_back(static_cast<std::uint8_t>(low | high << 4));
  }
  BitWriter writer(bytes);
  Columns columns;
  for_each_group(cut, Span<const std::int16_t>(compressed.weights),
                 [&](std::size_t index, Span<const std::int16_t> weights) {
                   const GroupMetadata& group = compressed.metadata[index];
                   split_columns(weights, compressed.how.pruning.method, group, columns);
                   for (unsigned k = 0; k < stored_columns(group); ++k) {
                     for (std::size_t i = 0; i * field < weights.size(); ++i) {
                       writer.append(columns[k][i], field_bits(weights.size(), i));
                     }
                   }
                 });
  writer.finish();
  return bytes;
}

DecodedStream decode_stream(Span<const std::uint8_t> bytes, const std::string& name) {
  const StreamHeader header = parse_stream_header(bytes, name);
  DecodedStream result;
  result.shape = header.shape;
  result.how = header.how;
  result.cut = header.cut;
  result.metadata = parse_group_metadata(header, bytes, name);
  result.weights.resize(header.cut.weights());
  BitReader reader(bytes.subspan(header.columns_offset()));
  Columns columns;
  for_each_group(header.cut, Span<std::int16_t>(result.weights),
                 [&](std::size_t index, Span<std::int16_t> weights) {
                   const GroupMetadata& group = result.metadata[index];
                   columns = {};
                   for (unsigned k = 0; k < stored_columns(group); ++k) {
                     for (std::size_t i = 0; i * field < weights.size(); ++i) {
                       columns[k][i] =
                           static_cast<std::uint32_t>(reader.take(field_bits(weights.size(), i)));
                     }
                   }
                   join_columns(columns, header.how.pruning.method, group, weights);
                 });
  return result;
}

}  // namespace lacuna::sparse
