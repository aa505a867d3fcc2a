// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_tile_format.h"

#include <cstring>

#include <fmt/format.h>

#include "core/error.h"
#include "core/span.h"
#include "sparse/bit_columns.h"

namespace lacuna::sparse {
namespace {

constexpr std::size_t half_pass = 8;

/// Walks over a tile's two blobs, block by block.
class TileReader {
 public:
  TileReader(const TileBlobs& blobs, std::size_t groups, std::size_t rows, const std::string& name)
      : blobs_(blobs), groups_(groups), rows_(rows), name_(name) {}

  void read_block(std::int16_t* weights) {
    read_header();
    for (std::size_t row = 0; row < rows_; ++row) {
      for (std::size_t g = 0; g < groups_; ++g) {
        read_group(row, g, weights + (row * groups_ + g) * machine_group);
      }
    }
    metadata_at_ += block_metadata_bytes(groups_, rows_, constants_);
  }

  /// Nothing but padding may be left.
  void finish() const {
    check_padding(blobs_.weights, weights_at_, "weights");
    check_padding(blobs_.metadata, metadata_at_, "metadata");
  }

 private:
  void read_header() {
    require(blobs_.metadata, metadata_at_, 1, "metadata");
    const std::uint8_t header = blobs_.metadata[metadata_at_];
    constants_ = (header & block_has_constants) != 0;
    method_ = (header & block_subtracts_constants) != 0 ? BbsMethod::zero_point_shifting
                                                        : BbsMethod::rounded_averaging;
    if ((header & ~(block_has_constants | block_subtracts_constants)) != 0) {
      fail("metadata", metadata_at_, fmt::format("block header {:#04x} has unknown bits", header));
    }
    require(blobs_.metadata, metadata_at_, block_metadata_bytes(groups_, rows_, constants_),
            "metadata");
  }

  unsigned width(std::size_t group) const {
    const std::size_t at = metadata_at_ + 1 + group / 2;
    const unsigned value = blobs_.metadata[at] >> (group % 2 * 4) & 0xF;
    if (value < min_stored_columns || value > weight_bits) {
      fail("metadata", at, fmt::format("group {} is {} columns wide, expected 2..8", group, value));
    }
    return value;
  }

  void read_group(std::size_t row, std::size_t group, std::int16_t* weights) {
    const unsigned columns = width(group);
    require(blobs_.weights, weights_at_, columns * machine_column_bytes, "weights");
    const std::size_t rows_at = metadata_at_ + block_metadata_bytes(groups_, rows_, false);
    const std::uint8_t byte =
        constants_ ? blobs_.metadata[rows_at + row * groups_ + group] : std::uint8_t{0};
    std::int8_t values[machine_group];
    unpack_group(blobs_.weights.data() + weights_at_, byte >> 6, columns, values);
    weights_at_ += columns * machine_column_bytes;
    const int constant = addend(method_, constant_of(method_, byte));
    for (std::size_t i = 0; i < machine_group; ++i) {
      weights[i] = static_cast<std::int16_t>(values[i] + constant);
    }
  }

  void require(const std::vector<std::uint8_t>& blob, std::size_t at, std::size_t bytes,
               const char* which) const {
    if (blob.size() - at < bytes) {
      fail(which, blob.size(),
           fmt::format("ends here, {} bytes expected from byte {} on", bytes, at));
    }
  }

  void check_padding(const std::vector<std::uint8_t>& blob, std::size_t at,
                     const char* which) const {
    if (blob.size() != align_tile(at)) {
      fail(which, at, fmt::format("{} bytes, expected {}", blob.size(), align_tile(at)));
    }
    for (std::size_t i = at; i < blob.size(); ++i) {
      if (blob[i] != 0) {
        fail(which, i, "padding is not zero");
      }
    }
  }

  [[noreturn]] void fail(const char* which, std::size_t at, std::string message) const {
    Place place;
    place.file = name_ + "." + which;
    place.byte_offset = at;
    throw input_error(place, std::move(message));
  }

  const TileBlobs& blobs_;
  std::size_t groups_;
  std::size_t rows_;
  const std::string& name_;
  std::size_t weights_at_ = 0;
  std::size_t metadata_at_ = 0;
  bool constants_ = false;
  BbsMethod method_ = BbsMethod::rounded_averaging;
};

}  // namespace

void pack_group(const std::int8_t* values, unsigned redundant, unsigned width,
                std::uint8_t* bytes) {
  for (std::size_t pass = 0; pass < machine_group; pass += machine_pass) {
    for (std::size_t half = 0; half < machine_pass / half_pass; ++half) {
      std::uint8_t shifted[half_pass];
      for (std::size_t i = 0; i < half_pass; ++i) {
        const auto value = static_cast<std::uint8_t>(values[pass + half * half_pass + i]);
        shifted[i] = static_cast<std::uint8_t>(value << redundant);
      }
      std::uint64_t word = 0;
      std::memcpy(&word, shifted, half_pass);
      std::uint64_t columns = bit_columns(word);
      for (unsigned k = 0; k < width; ++k) {
        bytes[2 * k + half] = static_cast<std::uint8_t>(columns);
        columns >>= 8;
      }
    }
    bytes += std::size_t{2} * width;
  }
}

void unpack_group(const std::uint8_t* bytes, unsigned redundant, unsigned width,
                  std::int8_t* values) {
  for (std::size_t pass = 0; pass < machine_group; pass += machine_pass) {
    for (std::size_t half = 0; half < machine_pass / half_pass; ++half) {
      std::uint64_t columns = 0;
      for (unsigned k = 0; k < width; ++k) {
        columns |= std::uint64_t{bytes[2 * k + half]} << (8 * k);
      }
      const std::uint64_t word = weights_of_columns(columns);
      std::int8_t shifted[half_pass];
      std::memcpy(shifted, &word, half_pass);
      for (std::size_t i = 0; i < half_pass; ++i) {
        values[pass + half * half_pass + i] = static_cast<std::int8_t>(shifted[i] >> redundant);
      }
    }
    bytes += std::size_t{2} * width;
  }
}

std::vector<std::int16_t> decode_tile(const TileBlobs& blobs, std::size_t blocks,
                                      std::size_t groups, std::size_t rows,
                                      const std::string& name) {
  std::vector<std::int16_t> weights(blocks * rows * groups * machine_group);
  TileReader reader(blobs, groups, rows, name);
  for (std::size_t block = 0; block < blocks; ++block) {
    reader.read_block(weights.data() + block * rows * groups * machine_group);
  }
  reader.finish();
  return weights;
}

}  // namespace lacuna::sparse
