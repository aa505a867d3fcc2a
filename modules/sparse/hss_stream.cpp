// SPDX-License-Identifier: Apache-2.0
#include "sparse/hss_stream.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "sparse/stream_fields.h"
#include "sparse/weight_order.h"

namespace lacuna::sparse {
namespace {

constexpr std::string_view magic = "LACUNH";
enum : std::size_t {
  at_blocks_kept = 8,
  at_blocks = 9,
  at_values_kept = 10,
  at_values = 11,
  at_rank = 12,
  at_shape = 16,
  at_windows = 48,
  at_bytes = 56,
};
/// 1:16 of 1:16 keeps one byte and one byte of indices of 256 weights.
constexpr std::uint64_t weights_per_byte = 256;

HssFormat format_at(const FieldReader& fields) {
  HssFormat format;
  format.blocks.of = fields.get(at_blocks, 1, "blocks of a window", 1, longest_keep_group);
  format.blocks.kept = fields.get(at_blocks_kept, 1, "blocks that stay", 1, format.blocks.of);
  format.values.of = fields.get(at_values, 1, "values of a block", 1, longest_keep_group);
  format.values.kept = fields.get(at_values_kept, 1, "values that stay", 1, format.values.of);
  return format;
}

/// Whether places rise within their groups and lie in them.
bool in_order(const std::vector<std::uint8_t>& places, const KeepRatio& ratio) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i] >= ratio.of || (i % ratio.kept != 0 && places[i] <= places[i - 1])) {
      return false;
    }
  }
  return true;
}

}  // namespace

HssTensor compress_hss_tensor(const Tensor& weights, const HssFormat& format) {
  const std::vector<std::int8_t> ordered = channels_last(weights);
  const WeightDimensions dimensions = weight_dimensions(weights.shape());
  HssTensor tensor{format, weights.shape(), {}};
  for (std::size_t row = 0; row < dimensions.channels; ++row) {
    tensor.rows.push_back(compress_hss(Span<const std::int8_t>(ordered).subspan(
                                           row * dimensions.reduction(), dimensions.reduction()),
                                       format));
  }
  return tensor;
}

Tensor decode_hss_tensor(const HssTensor& tensor) {
  const WeightDimensions dimensions = weight_dimensions(tensor.shape);
  std::vector<std::int8_t> ordered(dimensions.weights());
  for (std::size_t row = 0; row < tensor.rows.size(); ++row) {
    decode_hss(
        tensor.rows[row], tensor.format,
        Span<std::int8_t>(ordered).subspan(row * dimensions.reduction(), dimensions.reduction()));
  }
  const Tensor wide =
      channels_first(std::vector<std::int16_t>(ordered.begin(), ordered.end()), tensor.shape);
  Tensor weights(DataType::int8, tensor.shape);
  const Span<const std::int16_t> from = wide.elements<std::int16_t>();
  std::transform(from.begin(), from.end(), weights.elements<std::int8_t>().begin(),
                 [](std::int16_t weight) { return static_cast<std::int8_t>(weight); });
  return weights;
}

std::vector<std::uint8_t> encode_hss_stream(const HssTensor& tensor) {
  const std::size_t windows =
      hss_windows(weight_dimensions(tensor.shape).reduction(), tensor.format);
  const std::size_t row_bytes =
      windows * tensor.format.kept_values() + hss_index_bytes(windows, tensor.format);
  std::vector<std::uint8_t> bytes(magic.begin(), magic.end());
  put_field(bytes, hss_version, 2);
  put_field(bytes, tensor.format.blocks.kept, 1);
  put_field(bytes, tensor.format.blocks.of, 1);
  put_field(bytes, tensor.format.values.kept, 1);
  put_field(bytes, tensor.format.values.of, 1);
  put_field(bytes, tensor.shape.size(), 4);
  put_dimensions(bytes, tensor.shape);
  put_field(bytes, windows, 8);
  put_field(bytes, tensor.rows.size() * row_bytes, 8);
  for (const HssRow& row : tensor.rows) {
    bytes.insert(bytes.end(), row.values.begin(), row.values.end());
  }
  for (const HssRow& row : tensor.rows) {
    const std::vector<std::uint8_t> indices = pack_hss_indices(row, tensor.format);
    bytes.insert(bytes.end(), indices.begin(), indices.end());
  }
  return bytes;
}

HssTensor decode_hss_stream(Span<const std::uint8_t> bytes, const std::string& name) {
  const FieldReader fields(bytes, name);
  fields.check_head(magic, "a stream of structured sparsity", hss_header_bytes, hss_version);
  HssTensor tensor;
  tensor.format = format_at(fields);
  tensor.shape = fields.shape(at_rank, at_shape, weights_per_byte);
  const WeightDimensions dimensions = weight_dimensions(tensor.shape);
  const std::size_t windows = hss_windows(dimensions.reduction(), tensor.format);
  fields.expect(at_windows, windows, "windows of a row");
  const std::size_t row_values = windows * tensor.format.kept_values();
  const std::size_t row_indices = hss_index_bytes(windows, tensor.format);
  const std::size_t body = dimensions.channels * (row_values + row_indices);
  fields.expect(at_bytes, body, "bytes that follow");
  if (bytes.size() != hss_header_bytes + body) {
    fields.fail(std::min(bytes.size(), hss_header_bytes + body),
                fmt::format("{} bytes, expected {}", bytes.size(), hss_header_bytes + body));
  }
  const std::size_t first_index = hss_header_bytes + dimensions.channels * row_values;
  for (std::size_t row = 0; row < dimensions.channels; ++row) {
    const Span<const std::uint8_t> values =
        bytes.subspan(hss_header_bytes + row * row_values, row_values);
    const std::size_t at = first_index + row * row_indices;
    tensor.rows.push_back(
        unpack_hss({reinterpret_cast<const std::int8_t*>(values.data()), values.size()},
                   bytes.subspan(at, row_indices), windows, tensor.format));
    const HssRow& decoded = tensor.rows.back();
    if (!in_order(decoded.block_index, tensor.format.blocks) ||
        !in_order(decoded.value_index, tensor.format.values)) {
      fields.fail(at, fmt::format("row {}: its indices do not rise within their groups", row));
    }
  }
  return tensor;
}

}  // namespace lacuna::sparse
