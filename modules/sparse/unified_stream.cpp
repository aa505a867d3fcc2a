// SPDX-License-Identifier: Apache-2.0
#include "sparse/unified_stream.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "sparse/bit_string.h"
#include "sparse/stream_fields.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

constexpr std::string_view magic = "LACUNI";
enum : std::size_t {
  at_vectors_kept = 8,
  at_window = 9,
  at_columns = 10,
  at_rank = 11,
  at_zero = 12,
  at_shape = 16,
  at_vectors = 48,
  at_bytes = 56,
};
/// One vector of 8 for 128 weights takes 71 bits.
constexpr std::uint64_t weights_per_byte = 16;

std::uint64_t to_bytes(std::uint64_t bits) {
  return (bits + 7) / 8;
}

/// Where the parts of a body start.
struct Parts {
  std::uint64_t value_index;
  std::uint64_t bit_index;
  std::uint64_t data;
  std::uint64_t end;

  explicit Parts(const UnifiedSizes& sizes)
      : value_index(unified_header_bytes + to_bytes(sizes.vector_index)),
        bit_index(value_index + to_bytes(sizes.value_index)),
        data(bit_index + to_bytes(sizes.bit_index)),
        end(data + to_bytes(sizes.sign + sizes.data)) {}
};

/// Places of all vectors but for the rows, which the index tells where not all are kept.
std::vector<VectorPlace> places_of(const UnifiedTensor& tensor) {
  std::vector<VectorPlace> places;
  for (std::size_t group = 0; group < tensor.row_groups(); ++group) {
    const auto rows = static_cast<std::uint32_t>(std::min<std::size_t>(
        UnifiedFormat::vector_group, tensor.rows - group * UnifiedFormat::vector_group));
    const std::uint32_t kept = std::min(rows, tensor.format.vectors);
    for (std::size_t segment = 0; segment < tensor.segments(); ++segment) {
      for (std::uint32_t row = 0; row < kept; ++row) {
        places.push_back(
            {static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(segment), row});
      }
    }
  }
  return places;
}

/// Reads a body whose length has been checked.
class BodyReader {
 public:
  BodyReader(const FieldReader& fields, Span<const std::uint8_t> bytes, const Parts& parts)
      : fields_(fields), bytes_(bytes), parts_(parts) {}

  void read_rows(UnifiedTensor& tensor) const {
    if (tensor.format.vectors == UnifiedFormat::vector_group) {
      return;
    }
    BitReader bits(bytes_.subspan(unified_header_bytes));
    for (std::size_t i = 0; i < tensor.places.size(); ++i) {
      VectorPlace& place = tensor.places[i];
      const bool first = place.row == 0;
      place.row = static_cast<std::uint32_t>(bits.take(3));
      const std::size_t row = std::size_t{place.group} * UnifiedFormat::vector_group + place.row;
      if (row >= tensor.rows || (!first && place.row <= tensor.places[i - 1].row)) {
        fields_.fail(unified_header_bytes + i * 3 / 8,
                     fmt::format("vector {}: row {} of its group does not follow", i, place.row));
      }
    }
    check_padding(bits, unified_header_bytes, parts_.value_index, 3 * tensor.places.size());
  }

  void read_values(UnifiedTensor& tensor) const {
    BitReader bits(bytes_.subspan(parts_.value_index));
    const bool stored = tensor.format.window != UnifiedFormat::kept_values;
    for (std::size_t i = 0; i < tensor.vectors.size(); ++i) {
      auto& index = tensor.vectors[i].index;
      for (unsigned lane = 0; lane < UnifiedFormat::lanes; ++lane) {
        index[lane] = static_cast<std::uint8_t>(stored ? bits.take(2) : lane % 2);
        if (index[lane] >= tensor.format.window ||
            (lane % 2 == 1 && index[lane] <= index[lane - 1])) {
          fields_.fail(parts_.value_index + (i * UnifiedFormat::lanes + lane) / 4,
                       fmt::format("vector {}, lane {}: place {} of its window cannot be", i, lane,
                                   index[lane]));
        }
      }
    }
  }

  void read_columns(UnifiedTensor& tensor) const {
    BitReader bits(bytes_.subspan(parts_.bit_index));
    const bool stored = !tensor.format.dense_columns();
    const unsigned columns = tensor.format.stored_columns();
    std::size_t at = parts_.data;
    std::size_t read = 0;
    for (UnifiedVector& vector : tensor.vectors) {
      vector.sign = bytes_[at++];
      for (unsigned i = 0; i < columns; ++i, ++read) {
        vector.significance[i] = static_cast<std::uint8_t>(
            stored ? bits.take(3) : UnifiedFormat::magnitude_columns - 1 - i);
        vector.column[i] = bytes_[at++];
        const bool unused = vector.significance[i] == 0 && vector.column[i] == 0;
        if (vector.significance[i] >= UnifiedFormat::magnitude_columns ||
            (i != 0 && !unused && vector.significance[i] >= vector.significance[i - 1])) {
          fields_.fail(parts_.bit_index + read * 3 / 8,
                       fmt::format("column {} of significance {} does not follow", i,
                                   vector.significance[i]));
        }
      }
    }
    if (stored) {
      check_padding(bits, parts_.bit_index, parts_.data, 3 * read);
    }
  }

 private:
  void check_padding(BitReader& bits, std::size_t first, std::size_t end,
                     std::uint64_t used) const {
    const std::uint64_t rest = 8 * (end - first) - used;
    if (rest != 0 && bits.take(static_cast<unsigned>(rest)) != 0) {
      fields_.fail(end - 1, "bits beyond the last index are not zero");
    }
  }

  const FieldReader& fields_;
  Span<const std::uint8_t> bytes_;
  const Parts& parts_;
};

}  // namespace

std::vector<std::uint8_t> encode_unified_stream(const UnifiedTensor& tensor, const Shape& shape) {
  const UnifiedFormat& format = tensor.format;
  const Parts parts(tensor.sizes());
  std::vector<std::uint8_t> bytes(magic.begin(), magic.end());
  put_field(bytes, unified_version, 2);
  put_field(bytes, format.vectors, 1);
  put_field(bytes, format.window, 1);
  put_field(bytes, format.columns, 1);
  put_field(bytes, shape.size(), 1);
  put_field(bytes, 0, 4);
  put_dimensions(bytes, shape);
  put_field(bytes, tensor.vectors.size(), 8);
  put_field(bytes, parts.end - unified_header_bytes, 8);
  BitWriter bits(bytes);
  if (format.vectors != UnifiedFormat::vector_group) {
    for (const VectorPlace& place : tensor.places) {
      bits.append(place.row, 3);
    }
    bits.finish();
  }
  if (format.window != UnifiedFormat::kept_values) {
    for (const UnifiedVector& vector : tensor.vectors) {
      for (const std::uint8_t index : vector.index) {
        bits.append(index, 2);
      }
    }
    bits.finish();
  }
  const unsigned columns = format.stored_columns();
  if (!format.dense_columns()) {
    for (const UnifiedVector& vector : tensor.vectors) {
      for (unsigned i = 0; i < columns; ++i) {
        bits.append(vector.significance[i], 3);
      }
    }
    bits.finish();
  }
  for (const UnifiedVector& vector : tensor.vectors) {
    bytes.push_back(vector.sign);
    bytes.insert(bytes.end(), vector.column.begin(), vector.column.begin() + columns);
  }
  return bytes;
}

DecodedUnified decode_unified_stream(Span<const std::uint8_t> bytes, const std::string& name) {
  const FieldReader fields(bytes, name);
  fields.check_head(magic, "a stream of the unified format", unified_header_bytes, unified_version);
  DecodedUnified decoded;
  UnifiedTensor& tensor = decoded.tensor;
  tensor.format.vectors =
      fields.get(at_vectors_kept, 1, "vectors kept", 1, UnifiedFormat::vector_group);
  tensor.format.window = fields.get(at_window, 1, "window", 2, 4);
  tensor.format.columns = fields.get(at_columns, 1, "columns", 4, 8);
  if (tensor.format.columns != 4 && tensor.format.columns != 8) {
    fields.fail(at_columns, fmt::format("{} columns are neither 4 nor 8", tensor.format.columns));
  }
  fields.get(at_zero, 4, "reserved word", 0, 0);
  decoded.shape = fields.shape(at_rank, at_shape, weights_per_byte);
  const WeightDimensions dimensions = weight_dimensions(decoded.shape);
  tensor.rows = dimensions.channels;
  tensor.elements = dimensions.reduction();
  tensor.places = places_of(tensor);
  tensor.vectors.resize(tensor.places.size());
  fields.expect(at_vectors, tensor.vectors.size(), "number of vectors");
  const Parts parts(tensor.sizes());
  fields.expect(at_bytes, parts.end - unified_header_bytes, "number of bytes");
  if (bytes.size() != parts.end) {
    fields.fail(std::min<std::uint64_t>(bytes.size(), parts.end),
                fmt::format("{} bytes, expected {}", bytes.size(), parts.end));
  }
  const BodyReader body(fields, bytes, parts);
  body.read_rows(tensor);
  body.read_values(tensor);
  body.read_columns(tensor);
  return decoded;
}

}  // namespace lacuna::sparse
