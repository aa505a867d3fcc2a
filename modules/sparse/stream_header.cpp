// SPDX-License-Identifier: Apache-2.0
#include "sparse/stream_header.h"

#include <string_view>

#include <fmt/format.h>

#include "sparse/bbs_stream.h"
#include "sparse/stream_fields.h"

namespace lacuna::sparse {
namespace {

constexpr std::string_view magic = "LACBBS";
/// Every weight takes at least two bits.
constexpr std::uint64_t weights_per_byte = 4;
/// Offsets of the fields.
enum : std::size_t {
  at_method = 8,
  at_columns = 9,
  at_constant_bits = 10,
  at_order = 11,
  at_group = 12,
  at_rank = 14,
  at_zero = 15,
  at_shape = 16,
  at_weights = 48,
  at_row_length = 56,
  at_groups = 64,
  at_column_bytes = 72,
};

/// Whether a width and a metadata byte can stand for a group of this stream.
bool possible(const BbsPruning& pruning, unsigned redundant, unsigned width, int constant) {
  if (width < 2 || width + redundant > weight_bits) {
    return false;
  }
  const unsigned low = weight_bits - redundant - width;
  if (pruning.method == BbsMethod::rounded_averaging) {
    const unsigned expected = pruning.columns > redundant ? pruning.columns - redundant : 0;
    return low == expected && constant < 1 << low;
  }
  const int limit = 1 << (pruning.constant_bits - 1);
  const unsigned most = pruning.columns > redundant ? pruning.columns - redundant : 0;
  const bool fits = redundant < max_redundant_columns ? low == most : low <= most;
  return fits && constant >= -limit && constant < limit;
}

}  // namespace

std::size_t StreamHeader::metadata_offset() const {
  return stream_header_bytes;
}
std::size_t StreamHeader::widths_offset() const {
  return metadata_offset() + cut.groups();
}
std::size_t StreamHeader::columns_offset() const {
  return widths_offset() + (cut.groups() + 1) / 2;
}
std::size_t StreamHeader::total_bytes() const {
  return columns_offset() + column_bytes;
}

std::vector<std::uint8_t> serialize(const StreamHeader& header) {
  std::vector<std::uint8_t> bytes(magic.begin(), magic.end());
  put_field(bytes, stream_version, 2);
  put_field(bytes, static_cast<std::uint64_t>(header.how.pruning.method), 1);
  put_field(bytes, header.how.pruning.columns, 1);
  put_field(bytes, header.how.pruning.constant_bits, 1);
  put_field(bytes, static_cast<std::uint64_t>(header.how.order), 1);
  put_field(bytes, header.cut.group, 2);
  put_field(bytes, header.shape.size(), 1);
  put_field(bytes, 0, 1);
  put_dimensions(bytes, header.shape);
  put_field(bytes, header.cut.weights(), 8);
  put_field(bytes, header.cut.row_length, 8);
  put_field(bytes, header.cut.groups(), 8);
  put_field(bytes, header.column_bytes, 8);
  return bytes;
}

StreamHeader parse_stream_header(Span<const std::uint8_t> bytes, const std::string& name) {
  const FieldReader reader(bytes, name);
  reader.check_head(magic, "a BBS stream", stream_header_bytes, stream_version);
  StreamHeader header;
  header.how.pruning.method = static_cast<BbsMethod>(reader.get(at_method, 1, "method", 0, 1));
  header.how.pruning.columns = reader.get(at_columns, 1, "columns", 0, max_pruned_columns);
  header.how.pruning.constant_bits =
      reader.get(at_constant_bits, 1, "constant bits", 1, max_constant_bits);
  header.how.order = static_cast<GroupOrder>(reader.get(at_order, 1, "order", 0, 1));
  header.how.group = reader.get(at_group, 2, "group", 1, max_group);
  header.how.narrow = NarrowInputs::straddle;  // the group is stored as it was cut
  reader.get(at_zero, 1, "reserved byte", 0, 0);
  header.shape = reader.shape(at_rank, at_shape, weights_per_byte);
  header.cut = group_cut(header.shape, header.how);
  reader.expect(at_weights, header.cut.weights(), "number of weights");
  reader.expect(at_row_length, header.cut.row_length, "weights of a row");
  reader.expect(at_groups, header.cut.groups(), "number of groups");
  header.column_bytes = reader.get(at_column_bytes, 8);
  if (header.columns_offset() > bytes.size()) {
    reader.fail(bytes.size(),
                fmt::format("ends within the metadata of {} groups", header.cut.groups()));
  }
  const std::size_t rest = bytes.size() - header.columns_offset();
  if (header.column_bytes != rest) {
    reader.fail(at_column_bytes, fmt::format("promises {} bytes of columns, {} are there",
                                             header.column_bytes, rest));
  }
  return header;
}

std::vector<GroupMetadata> parse_group_metadata(const StreamHeader& header,
                                                Span<const std::uint8_t> bytes,
                                                const std::string& name) {
  const FieldReader reader(bytes, name);
  const std::size_t groups = header.cut.groups();
  std::vector<GroupMetadata> metadata(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    const std::uint8_t byte = bytes[header.metadata_offset() + g];
    const std::size_t width_at = header.widths_offset() + g / 2;
    const unsigned width = bytes[width_at] >> (g % 2 * 4) & 0xF;
    const unsigned redundant = byte >> 6;
    const int constant = constant_of(header.how.pruning.method, byte);
    if (!possible(header.how.pruning, redundant, width, constant)) {
      reader.fail(width_at, fmt::format("group {}: {} columns beside {} redundant ones and the "
                                        "constant {} cannot be",
                                        g, width, redundant, constant));
    }
    metadata[g] = {static_cast<std::int8_t>(redundant),
                   static_cast<std::int8_t>(weight_bits - redundant - width),
                   static_cast<std::int8_t>(constant)};
  }
  if (groups % 2 != 0 && bytes[header.columns_offset() - 1] >> 4 != 0) {
    reader.fail(header.columns_offset() - 1, "the width beyond the last group is not zero");
  }
  const std::uint64_t bits = sizes_of(header.cut, metadata).stored_column_bits;
  if (header.column_bytes != (bits + 7) / 8) {
    reader.fail(at_column_bytes, fmt::format("promises {} bytes of columns, the widths {} bits",
                                             header.column_bytes, bits));
  }
  if (bits % 8 != 0 && bytes[bytes.size() - 1] >> bits % 8 != 0) {
    reader.fail(bytes.size() - 1, "bits beyond the last column are not zero");
  }
  return metadata;
}

}  // namespace lacuna::sparse
