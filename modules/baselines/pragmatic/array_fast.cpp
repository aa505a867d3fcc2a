// SPDX-License-Identifier: Apache-2.0
#include "baselines/pragmatic/array_fast.h"

#include <algorithm>
#include <cstdlib>

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t lanes = 8;

}  // namespace

FastPragmaticArray::FastPragmaticArray(const engine::ArrayOptions& options,
                                       const PragmaticRule& rule)
    : FastSerialArray(options), rule_(rule) {
  for (int weight = -128; weight < 128; ++weight) {
    const int ones = __builtin_popcount(static_cast<unsigned>(std::abs(weight)));
    ones_[static_cast<std::uint8_t>(weight)] =
        static_cast<std::uint8_t>(ones + (rule.sign_cycle && weight < 0 ? 1 : 0));
  }
}

SerialLayout FastPragmaticArray::layout_of(const engine::TileGeometry& geometry) const {
  return plain_layout(geometry, lanes);
}

std::uint64_t FastPragmaticArray::measure(const std::int8_t* row, std::uint32_t elements,
                                          std::uint8_t* pe_cycles) const {
  std::uint64_t sum = 0;
  for (std::uint32_t first = 0; first < elements; first += lanes) {
    const std::uint32_t count = std::min(lanes, elements - first);
    std::uint8_t most = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint8_t ones = ones_[static_cast<std::uint8_t>(row[first + i])];
      most = std::max(most, ones);
      sum += ones;
    }
    *pe_cycles++ = rule_.first_stage_bits < 3 ? staged_cycles(row + first, count) : most;
  }
  return sum;
}

// All lanes at once: bit plane b holds bit b of every lane's magnitude. What lies within reach of the highest plane in use
// goes, one bit of each lane.
std::uint8_t FastPragmaticArray::staged_cycles(const std::int8_t* weights,
                                               std::uint32_t count) const {
  std::array<unsigned, 8> planes{};
  unsigned signs = 0;
  for (std::uint32_t lane = 0; lane < count; ++lane) {
    const auto magnitude = static_cast<unsigned>(std::abs(int{weights[lane]}));
    for (unsigned b = 0; b < 8; ++b) {
      planes[b] |= ((magnitude >> b) & 1u) << lane;
    }
    signs |= (rule_.sign_cycle && weights[lane] < 0 ? 1u : 0u) << lane;
  }
  const int reach = 1 << rule_.first_stage_bits;
  std::uint8_t cycles = 0;
  for (unsigned left = 0xFF; left != 0;) {
    unsigned free = 0xFFu & ~signs;  // lanes that have not had their bit of this cycle
    left = signs;
    int lowest = 8;  // plane within reach, once the highest is known
    for (int b = 7; b >= 0; --b) {
      const unsigned ready = planes[static_cast<unsigned>(b)] & free;
      if (ready != 0 && lowest == 8) {
        lowest = b - reach + 1;
      }
      left |= planes[static_cast<unsigned>(b)];
      if (b < lowest && lowest != 8) {
        continue;
      }
      planes[static_cast<unsigned>(b)] &= ~ready;
      free &= ~ready;
    }
    signs = 0;
    cycles = static_cast<std::uint8_t>(cycles + (left != 0 ? 1 : 0));
  }
  return cycles;
}

}  // namespace lacuna::baselines
