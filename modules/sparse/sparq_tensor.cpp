// SPDX-License-Identifier: Apache-2.0
#include "sparse/sparq_tensor.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "sparse/bit_string.h"

namespace lacuna::sparse {
namespace {

std::size_t row_bytes(std::size_t lanes, unsigned bits) {
  return (lanes * bits + 7) / 8;
}

unsigned placement_of(std::uint8_t shift, Span<const std::uint8_t> shifts) {
  return static_cast<unsigned>(std::find(shifts.begin(), shifts.end(), shift) - shifts.begin());
}

void require_length(std::size_t actual, std::size_t needed, const char* what) {
  if (actual < needed) {
    throw input_error({}, fmt::format("{} of {} B, expected {} B", what, actual, needed));
  }
}

}  // namespace

SparqSizes SparqTensor::sizes() const {
  const std::uint64_t lanes = pairs.size() * 2;
  return {rows * elements, lanes * format.bits, lanes * format.metadata_bits()};
}

SparqTensor encode_sparq(Span<const std::uint8_t> activations, std::size_t rows,
                         const SparqFormat& format) {
  SparqTensor tensor;
  tensor.format = format;
  tensor.rows = rows;
  tensor.elements = rows == 0 ? 0 : activations.size() / rows;
  tensor.pairs.reserve(rows * tensor.pairs_of_row());
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint8_t* values = activations.data() + row * tensor.elements;
    for (std::size_t e = 0; e < tensor.elements; e += 2) {
      const std::uint8_t second = e + 1 < tensor.elements ? values[e + 1] : std::uint8_t{0};
      tensor.pairs.push_back(encode_pair(values[e], second, format));
    }
  }
  return tensor;
}

std::vector<std::uint8_t> decode_sparq(const SparqTensor& tensor) {
  std::vector<std::uint8_t> activations(tensor.rows * tensor.elements);
  for (std::size_t row = 0; row < tensor.rows; ++row) {
    for (std::size_t e = 0; e < tensor.elements; ++e) {
      const auto values = decode_pair(tensor.pairs[row * tensor.pairs_of_row() + e / 2]);
      activations[row * tensor.elements + e] = static_cast<std::uint8_t>(values[e % 2]);
    }
  }
  return activations;
}

SparqStreams pack_sparq(const SparqTensor& tensor) {
  SparqStreams streams;
  BitWriter data(streams.data);
  BitWriter metadata(streams.metadata);
  const unsigned control_bits = tensor.format.shift_control_bits();
  const std::size_t width = tensor.pairs_of_row();
  for (std::size_t i = 0; i < tensor.pairs.size(); ++i) {
    for (unsigned place = 0; place < 2; ++place) {
      const SparqLane& lane = tensor.pairs[i][place];
      const unsigned other = lane.weight != place ? 1 : 0;
      data.append(lane.bits, tensor.format.bits);
      metadata.append(placement_of(lane.shift, tensor.format.shifts()) | other << control_bits,
                      control_bits + 1);
    }
    if ((i + 1) % width == 0) {
      data.finish();
      metadata.finish();
    }
  }
  return streams;
}

SparqTensor unpack_sparq(const SparqStreams& streams, std::size_t rows, std::size_t elements,
                         const SparqFormat& format) {
  SparqTensor tensor;
  tensor.format = format;
  tensor.rows = rows;
  tensor.elements = elements;
  const std::size_t lanes = 2 * tensor.pairs_of_row();
  const std::size_t data_bytes = row_bytes(lanes, format.bits);
  const std::size_t metadata_bytes = row_bytes(lanes, format.metadata_bits());
  require_length(streams.data.size(), rows * data_bytes, "data");
  require_length(streams.metadata.size(), rows * metadata_bytes, "metadata");
  const Span<const std::uint8_t> shifts = format.shifts();
  for (std::size_t row = 0; row < rows; ++row) {
    BitReader data({streams.data.data() + row * data_bytes, data_bytes});
    BitReader metadata({streams.metadata.data() + row * metadata_bytes, metadata_bytes});
    for (std::size_t i = 0; i < tensor.pairs_of_row(); ++i) {
      SparqPair pair;
      for (unsigned place = 0; place < 2; ++place) {
        pair[place].bits = static_cast<std::uint8_t>(data.take(format.bits));
        const std::size_t placement = metadata.take(format.shift_control_bits());
        if (placement >= shifts.size()) {
          throw input_error(
              {}, fmt::format("row {}, pair {}: ShiftCtrl {} names none of {} placements", row, i,
                              placement, shifts.size()));
        }
        pair[place].shift = shifts[placement];
        pair[place].weight = static_cast<std::uint8_t>(place ^ metadata.take(1));
      }
      tensor.pairs.push_back(pair);
    }
  }
  return tensor;
}

}  // namespace lacuna::sparse
