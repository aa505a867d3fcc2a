// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/span.h"

namespace lacuna {
inline namespace core {

/// The Philox4x32-10 bijection: four counter words to four random words under a key of two.
/// [Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3, SC'11]
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// FNV-1a over the bytes of a name, 64 bits.
std::uint64_t hash_name(std::string_view name);

/// An endless row of 32-bit random words, numbered from 0, that (seed, name) alone determine: any
/// part may be computed in any order and on any thread, and streams of different names are
/// independent.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// One word. Four neighbours cost as much as one; prefer fill().
  std::uint32_t word(std::uint64_t index) const;
  /// words[i] = word(first + i).
  void fill(std::uint64_t first, Span<std::uint32_t> words) const;

 private:
  std::array<std::uint32_t, 4> block(std::uint64_t number) const;

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 2> name_;  ///< upper half of the counter
};

/// A word as a whole number in [0, limit), each equally likely but for 2^-32 relative; limit at
/// least 1.
constexpr std::uint32_t below(std::uint32_t word, std::uint32_t limit) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * limit) >> 32);
}

}  // namespace core
}  // namespace lacuna
