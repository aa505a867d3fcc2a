// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <verilated.h>

namespace lacuna::cosim {

/// A packed vector of any width, as words of 32 bits, the lowest first.
class PackedBits {
 public:
  PackedBits() = default;
  explicit PackedBits(std::size_t bits) : words_((bits + 31) / 32) {}

  /// Writes the `width` (at most 32) lowest bits of a number, a negative one in two's complement.
  void set(std::size_t offset, unsigned width, std::int64_t value) {
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    const std::uint64_t bits = static_cast<std::uint64_t>(value) & mask;
    const std::size_t word = offset / 32;
    const unsigned shift = offset % 32;
    words_[word] = static_cast<std::uint32_t>((words_[word] & ~(mask << shift)) | (bits << shift));
    if (shift + width > 32) {
      const unsigned kept = 32 - shift;
      words_[word + 1] =
          static_cast<std::uint32_t>((words_[word + 1] & ~(mask >> kept)) | (bits >> kept));
    }
  }
  const std::vector<std::uint32_t>& words() const { return words_; }

 private:
  std::vector<std::uint32_t> words_;
};

/// Words, the lowest first, to a port, whichever type Verilator gives to its width.
using PortWords = std::vector<std::uint32_t>;
inline void assign(const PortWords& words, SData& port) {
  port = static_cast<SData>(words[0]);
}
inline void assign(const PortWords& words, IData& port) {
  port = words[0];
}
inline void assign(const PortWords& words, QData& port) {
  port = words[0] | std::uint64_t{words[1]} << 32;
}
template <std::size_t count>
void assign(const PortWords& words, VlWide<count>& port) {
  for (std::size_t i = 0; i < count; ++i) {
    port[i] = words[i];
  }
}
template <class Port>
void assign(const PackedBits& bits, Port& port) {
  assign(bits.words(), port);
}

/// Word `index` of a port that is a row of words of 32 bits.
inline std::uint32_t word_of(CData port, std::size_t) {
  return port;
}
inline std::uint32_t word_of(SData port, std::size_t) {
  return port;
}
inline std::uint32_t word_of(IData port, std::size_t) {
  return port;
}
inline std::uint32_t word_of(QData port, std::size_t index) {
  return static_cast<std::uint32_t>(port >> (32 * index));
}
template <std::size_t words>
std::uint32_t word_of(const VlWide<words>& port, std::size_t index) {
  return port[index];
}

/// All words of a port.
template <class Port>
void copy(const Port& port, PortWords& words) {
  words.resize((sizeof port + 3) / 4);
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = word_of(port, i);
  }
}

}  // namespace lacuna::cosim
