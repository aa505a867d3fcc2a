// SPDX-License-Identifier: Apache-2.0
// Fields of the heads of compressed streams: little-endian, read with the byte offset of what is
// wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/span.h"
#include "core/tensor.h"

namespace lacuna::sparse {

inline void put_field(std::vector<std::uint8_t>& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  }
}

/// Dimensions of a weight tensor as heads hold them: four of eight bytes, zero beyond the rank.
inline constexpr std::size_t most_dimensions = 4;
inline void put_dimensions(std::vector<std::uint8_t>& bytes, const Shape& shape) {
  for (std::size_t i = 0; i < most_dimensions; ++i) {
    put_field(bytes, i < shape.size() ? shape[i] : 0, 8);
  }
}

/// Every get throws Error (bad_input) at the field's offset when it does not hold what it may.
class FieldReader {
 public:
  FieldReader(Span<const std::uint8_t> bytes, const std::string& name)
      : bytes_(bytes), name_(name) {}

  std::uint64_t get(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= std::uint64_t{bytes_[at + i]} << 8 * i;
    }
    return value;
  }

  unsigned get(std::size_t at, std::size_t size, const char* what, unsigned least,
               unsigned most) const {
    const std::uint64_t value = get(at, size);
    if (value < least || value > most) {
      fail(at, fmt::format("{} {} is not in {}..{}", what, value, least, most));
    }
    return static_cast<unsigned>(value);
  }

  void expect(std::size_t at, std::uint64_t expected, const char* what) const {
    const std::uint64_t value = get(at, 8);
    if (value != expected) {
      fail(at, fmt::format("{} {}, expected {}", what, value, expected));
    }
  }

  [[noreturn]] void fail(std::size_t at, std::string message) const {
    Place place;
    place.file = name_;
    place.byte_offset = at;
    throw input_error(place, std::move(message));
  }

  /// The head starts with `magic`, is there as a whole, and of this version.
  /// @param what "a BBS stream", for the message
  void check_head(std::string_view magic, const char* what, std::size_t header_bytes,
                  unsigned version) const {
    for (std::size_t i = 0; i < magic.size(); ++i) {
      if (i >= bytes_.size() || bytes_[i] != static_cast<std::uint8_t>(magic[i])) {
        fail(i, fmt::format("is not {}, which starts with {}", what, magic));
      }
    }
    if (bytes_.size() < header_bytes) {
      fail(bytes_.size(), fmt::format("ends within the header of {} bytes", header_bytes));
    }
    get(magic.size(), 2, "version", version, version);
  }

  /// @param weights_per_byte more than a true stream can hold
  Shape shape(std::size_t at_rank, std::size_t at_shape, std::uint64_t weights_per_byte) const {
    const std::size_t rank = get(at_rank, 1, "rank", 2, most_dimensions);
    if (rank == 3) {
      fail(at_rank, "rank 3 is neither 2 nor 4");
    }
    Shape shape;
    std::uint64_t weights = 1;
    for (std::size_t i = 0; i < most_dimensions; ++i) {
      const std::size_t at = at_shape + 8 * i;
      const std::uint64_t size = get(at, 8);
      if (i >= rank) {
        expect(at, 0, "unused dimension");
        continue;
      }
      if (size == 0 || size > weights_per_byte * bytes_.size() / weights) {
        fail(at, fmt::format("dimension {} does not fit {} bytes", size, bytes_.size()));
      }
      weights *= size;
      shape.push_back(size);
    }
    return shape;
  }

 private:
  Span<const std::uint8_t> bytes_;
  const std::string& name_;
};

}  // namespace lacuna::sparse
