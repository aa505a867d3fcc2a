// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/weight_feeder.h"

#include <algorithm>

#include "sparsynergy/turning.h"

namespace lacuna::sparsynergy {

WeightFeeder::WeightFeeder(const engine::TileOperands& operands, unsigned turner_latency)
    : stream_(operands.weight_source == engine::WeightSource::stream),
      channels_(operands.geometry.step.channels),
      weights_(operands.weights),
      metadata_(operands.metadata) {
  if (stream_) {
    format_ = format_of(metadata_);
  } else {
    format_ = {fedp_channels, sparse::UnifiedFormat::kept_values, 8};
    const engine::TileGeometry turned = turned_geometry(operands.geometry);
    turner_ = engine::WeightTurner(
        {turned, operands.weights, {}, {}, operands.weight_source, operands.weights_version},
        turner_latency);
  }
  layout_.emplace(format_, channels_, operands.geometry.step.elements);
}

std::uint32_t WeightFeeder::kept(std::uint32_t group) const {
  return layout_->kept(group);
}

WeightLoad WeightFeeder::load(std::uint32_t group, std::uint32_t segment, std::uint32_t number,
                              unsigned load) const {
  if (number >= kept(group)) {
    return {};
  }
  WeightLoad result =
      stream_ ? stream_load(group, segment, number, load) : row_load(group, segment, number, load);
  result.valid = true;
  // Where every value is kept, two windows share a block of the activation register.
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const unsigned window = lane / 2;
    if (format_.window == sparse::UnifiedFormat::kept_values) {
      result.block_select[window] = 0;
      result.element_select[lane] = static_cast<std::uint8_t>(window % 2 * 2 + lane % 2);
    } else {
      result.block_select[window] = static_cast<std::uint8_t>(window % 2);
    }
  }
  return result;
}

WeightLoad WeightFeeder::stream_load(std::uint32_t group, std::uint32_t segment,
                                     std::uint32_t number, unsigned load) const {
  WeightLoad result;
  const std::uint64_t vector = layout_->first_vector(group, segment) + number;
  result.row = static_cast<std::uint8_t>(format_.vectors == fedp_channels
                                             ? number
                                             : index_bits(layout_->vector_index(), 3 * vector, 3));
  if (format_.window != sparse::UnifiedFormat::kept_values) {
    for (unsigned lane = 0; lane < lanes; ++lane) {
      result.element_select[lane] = static_cast<std::uint8_t>(
          index_bits(layout_->value_index(), (vector * lanes + lane) * 2, 2));
    }
  }
  const std::uint64_t first = vector * layout_->vector_bytes();
  result.sign = static_cast<std::uint8_t>(data(first));
  for (unsigned i = 0; i < fedp_columns; ++i) {
    const unsigned column = load * fedp_columns + i;
    if (column >= format_.stored_columns()) {
      continue;  // the last of a magnitude's seven columns has none beside it
    }
    result.column[i] = static_cast<std::uint8_t>(data(first + 1 + column));
    result.offset[i] = static_cast<std::uint8_t>(
        format_.dense_columns()
            ? sparse::UnifiedFormat::magnitude_columns - 1 - column
            : index_bits(layout_->bit_index(), (vector * fedp_columns + column) * 3, 3));
  }
  return result;
}

WeightLoad WeightFeeder::row_load(std::uint32_t group, std::uint32_t segment, std::uint32_t number,
                                  unsigned load) const {
  WeightLoad result;
  result.row = static_cast<std::uint8_t>(number);
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const std::uint8_t weight =
        turner_.weight(group * fedp_channels + number, segment * lanes + lane);
    const bool negative = (weight & 0x80u) != 0;
    const unsigned magnitude = negative ? 256u - weight : weight;
    result.sign = static_cast<std::uint8_t>(result.sign | (negative ? 1u : 0u) << lane);
    for (unsigned i = 0; i < fedp_columns; ++i) {
      result.offset[i] = static_cast<std::uint8_t>(7 - load * fedp_columns - i);
      result.column[i] = static_cast<std::uint8_t>(result.column[i] |
                                                   (magnitude >> result.offset[i] & 1u) << lane);
    }
  }
  return result;
}

std::uint8_t WeightFeeder::used_lanes(std::uint32_t group, std::uint32_t segment,
                                      std::uint32_t number) const {
  unsigned used = 0;
  for (unsigned i = 0; i < loads(); ++i) {
    for (const std::uint8_t column : load(group, segment, number, i).column) {
      used |= column;
    }
  }
  return static_cast<std::uint8_t>(used);
}

unsigned WeightFeeder::data(std::uint64_t at) const {
  return at < weights_.size() ? weights_[at] : 0u;
}

unsigned WeightFeeder::index_bits(std::uint64_t first_byte, std::uint64_t bit,
                                  unsigned count) const {
  unsigned value = 0;
  for (unsigned i = 0; i < count; ++i, ++bit) {
    const std::uint64_t at = first_byte + bit / 8;
    const unsigned byte = at < metadata_.size() ? metadata_[at] : 0u;
    value |= (byte >> bit % 8 & 1u) << i;
  }
  return value;
}

}  // namespace lacuna::sparsynergy
