// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse {

/// Appends bit fields to bytes, from bit 0 of each byte up.
class BitWriter {
 public:
  explicit BitWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  /// The low `count` bits, 1..32; those above must be zero.
  void append(std::uint64_t bits, unsigned count) {
    word_ |= bits << filled_;
    filled_ += count;
    while (filled_ >= 8) {
      bytes_.push_back(static_cast<std::uint8_t>(word_));
      word_ >>= 8;
      filled_ -= 8;
    }
  }

  /// Fills the last byte with zeros.
  void finish() {
    if (filled_ != 0) {
      bytes_.push_back(static_cast<std::uint8_t>(word_));
    }
    word_ = 0;
    filled_ = 0;
  }

 private:
  std::vector<std::uint8_t>& bytes_;
  std::uint64_t word_ = 0;
  unsigned filled_ = 0;  ///< bits waiting in word_, less than 8 between calls
};

/// Takes bit fields from bytes in the same order. The caller knows how many there are.
class BitReader {
 public:
  explicit BitReader(Span<const std::uint8_t> bytes) : bytes_(bytes) {}

  /// The next `count` bits, 1..32; bits beyond the end read as zero.
  std::uint64_t take(unsigned count) {
    while (filled_ < count) {
      const std::uint64_t byte = at_ < bytes_.size() ? bytes_[at_] : 0;
      ++at_;
      word_ |= byte << filled_;
      filled_ += 8;
    }
    const std::uint64_t bits = word_ & ((std::uint64_t{1} << count) - 1);
    word_ >>= count;
    filled_ -= count;
    return bits;
  }

 private:
  Span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::uint64_t word_ = 0;
  unsigned filled_ = 0;
};

}  // namespace lacuna::sparse
