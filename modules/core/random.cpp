// SPDX-License-Identifier: Apache-2.0
#include "core/random.h"

#include <algorithm>
#include <cstddef>

namespace lacuna {
inline namespace core {
namespace {

// Multipliers and Weyl increments of Philox4x32 [SC'11 §3.3; Random123 philox.h].
constexpr std::uint32_t multiplier_0 = 0xD2511F53;
constexpr std::uint32_t multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t increment_0 = 0x9E3779B9;
constexpr std::uint32_t increment_1 = 0xBB67AE85;
constexpr int rounds = 10;

inline std::array<std::uint32_t, 4> scramble(std::array<std::uint32_t, 4> counter,
                                             std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = std::uint64_t{multiplier_0} * counter[0];
    const std::uint64_t b = std::uint64_t{multiplier_1} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += increment_0;
    key[1] += increment_1;
  }
  return counter;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  return scramble(counter, key);
}

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325;  // offset basis and prime of 64-bit FNV-1a
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return hash;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      name_{static_cast<std::uint32_t>(hash_name(name)),
            static_cast<std::uint32_t>(hash_name(name) >> 32)} {}

std::array<std::uint32_t, 4> RandomStream::block(std::uint64_t number) const {
  return scramble({static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(number >> 32),
                   name_[0], name_[1]},
                  key_);
}

std::uint32_t RandomStream::word(std::uint64_t index) const {
  return block(index / 4)[index % 4];
}

void RandomStream::fill(std::uint64_t first, Span<std::uint32_t> words) const {
  std::size_t i = 0;
  for (; i < words.size() && (first + i) % 4 != 0; ++i) {
    words[i] = word(first + i);
  }
  for (; words.size() - i >= 4; i += 4) {
    const auto whole = block((first + i) / 4);
    std::copy(whole.begin(), whole.end(), words.data() + i);
  }
  for (; i < words.size(); ++i) {
    words[i] = word(first + i);
  }
}

}  // namespace core
}  // namespace lacuna
