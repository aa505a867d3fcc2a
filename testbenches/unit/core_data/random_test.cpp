// SPDX-License-Identifier: Apache-2.0
#include "core/random.h"

#include <set>
#include <vector>

#include <catch2/catch.hpp>

using namespace lacuna;

TEST_CASE("philox gives the published known answers") {
  // Random123 tests/kat_vectors, "philox4x32 10": counter, key, output.
  using Block = std::array<std::uint32_t, 4>;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("names hash as FNV-1a does") {
  // Test vectors of the FNV authors (draft-eastlake-fnv).
  CHECK(hash_name("") == 0xcbf29ce484222325);
  CHECK(hash_name("a") == 0xaf63dc4c8601ec8c);
  CHECK(hash_name("foobar") == 0x85944171f73967e8);
}

TEST_CASE("a stream's words are the same on every machine") {
  // From a restatement of Philox and FNV-1a in Python.
  const RandomStream stream(42, "layer1.0.conv1/weights");
  CHECK(stream.word(0) == 0x4d445b5d);
  CHECK(stream.word(1) == 0xc821f3d6);
  CHECK(stream.word(6) == 0x68c43bd7);
  CHECK(stream.word(11) == 0x727963da);
  const RandomStream wide_seed(0x123456789, "x");
  CHECK(wide_seed.word(0) == 0x9b0523fe);
  CHECK(wide_seed.word(3) == 0x101bf0ed);
}

TEST_CASE("a word does not depend on how it was asked for") {
  const RandomStream stream(7, "weights");
  std::vector<std::uint32_t> all(100);
  stream.fill(0, all);
  for (std::size_t first = 0; first < 9; ++first) {
    for (std::size_t count = 0; count < 14; ++count) {
      std::vector<std::uint32_t> part(count);
      stream.fill(first, part);
      CHECK(part == std::vector<std::uint32_t>(all.begin() + first, all.begin() + first + count));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(stream.word(i) == all[i]);
  }
}

TEST_CASE("words far out in a stream do not repeat its beginning") {
  const RandomStream stream(7, "weights");
  const std::uint64_t far = std::uint64_t{1} << 34;  // block number 2^32
  std::vector<std::uint32_t> here(4);
  std::vector<std::uint32_t> there(4);
  stream.fill(0, here);
  stream.fill(far, there);
  CHECK(here != there);
  CHECK(stream.word(far + 2) == there[2]);
}

TEST_CASE("seed and name both decide a stream") {
  std::set<std::uint32_t> firsts;
  for (std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
    for (const char* name : {"a", "b", "a/weights", ""}) {
      firsts.insert(RandomStream(seed, name).word(0));
    }
  }
  CHECK(firsts.size() == 12);
}

TEST_CASE("bounded numbers stay in their range and reach both ends") {
  CHECK(below(0, 10) == 0);
  CHECK(below(0xFFFFFFFF, 10) == 9);
  CHECK(below(0x80000000, 10) == 5);
  CHECK(below(0xFFFFFFFF, 1) == 0);
  CHECK(below(0xFFFFFFFF, 0xFFFFFFFF) == 0xFFFFFFFE);
}

TEST_CASE("every bit of the words is set half of the time") {
  std::vector<std::uint32_t> words(1 << 16);
  RandomStream(3, "bits").fill(0, words);
  for (int bit = 0; bit < 32; ++bit) {
    int ones = 0;
    for (const std::uint32_t word : words) {
      ones += static_cast<int>(word >> bit & 1);
    }
    CHECK(std::abs(ones - 32768) < 5 * 128);  // five standard deviations of sqrt(65536) / 2
  }
}
