// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitlet/array_fast.h"

#include <algorithm>
#include <cstring>

namespace lacuna::baselines {
namespace {

constexpr std::uint64_t lowest_bits = 0x0101010101010101;

}  // namespace

// Eight weights a word; counts of one significance are added byte by byte, at most 8 words, before the bytes are summed.
std::uint64_t FastBitletArray::measure(const std::int8_t* row, std::uint32_t elements,
                                       std::uint8_t* pe_cycles) const {
  std::uint64_t sum = 0;
  for (std::uint32_t first = 0; first < elements; first += group_) {
    const std::uint32_t count = std::min(group_, elements - first);
    std::uint64_t counts[8] = {};
    for (std::uint32_t i = 0; i < count; i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, row + first + i, std::min<std::uint32_t>(8, count - i));
      for (unsigned bit = 0; bit < 8; ++bit) {
        counts[bit] += (word >> bit) & lowest_bits;
      }
    }
    std::uint64_t most = 0;
    for (const std::uint64_t bytes : counts) {
      const std::uint64_t ones = (bytes * lowest_bits) >> 56;
      most = std::max(most, ones);
      sum += ones;
    }
    *pe_cycles++ = static_cast<std::uint8_t>(most);
  }
  return sum;
}

}  // namespace lacuna::baselines
