// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/array_fast.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/dense_rows.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint32_t lanes = 8;
constexpr std::uint64_t low_bit_of_bytes = 0x0101010101010101;

/// [byte]: its bit l in the lowest bit of byte l.
std::array<std::uint64_t, 256> spread_table() {
  std::array<std::uint64_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned lane = 0; lane < lanes; ++lane) {
      table[byte] |= std::uint64_t{(byte >> lane) & 1u} << (8 * lane);
    }
  }
  return table;
}

/// Bytes of a buffer, zero behind its end.
class Bytes {
 public:
  explicit Bytes(Span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint8_t operator[](std::size_t i) const { return i < bytes_.size() ? bytes_[i] : 0; }

 private:
  Span<const std::uint8_t> bytes_;
};

struct Group {
  std::uint64_t weights = 0;  ///< int8, weight l in byte l
  std::uint8_t cycles = 0;
  std::uint8_t effectual = 0;
};

std::uint8_t ones(unsigned bits) {
  return static_cast<std::uint8_t>(__builtin_popcount(bits));
}

/// Decodes a group's columns from `at` on.
Group decode_group(std::uint8_t index, const Bytes& bytes, std::size_t at, SignColumn rule) {
  static const std::array<std::uint64_t, 256> spread = spread_table();
  Group group;
  const std::uint8_t signs = (index & 0x80u) != 0 ? bytes[at++] : std::uint8_t{0};
  std::uint64_t magnitudes = 0;
  std::array<std::uint8_t, 2> first{};  // columns that minus_one takes at once
  unsigned taken = 0;
  for (unsigned left = index & 0x7Fu; left != 0; ++taken) {
    const unsigned column = 31u - static_cast<unsigned>(__builtin_clz(left));
    left ^= 1u << column;
    const std::uint8_t bits = bytes[at++];
    magnitudes |= spread[bits] << column;
    group.effectual = static_cast<std::uint8_t>(group.effectual + ones(bits));
    if (taken < 2) {
      first[taken] = bits;
    }
  }
  // Only magnitudes other than zero are negated, so that no carry leaves a byte.
  const std::uint64_t other = ((magnitudes + 0x7F * low_bit_of_bytes) >> 7) & low_bit_of_bytes;
  const std::uint64_t negative = spread[signs] & other;
  group.weights = (magnitudes ^ (negative * 0xFF)) + negative;
  group.cycles = static_cast<std::uint8_t>(taken);
  if (rule == SignColumn::serial) {
    group.cycles = static_cast<std::uint8_t>(taken + (index >> 7));
  } else if (rule == SignColumn::minus_one && (index & 0x80u) == 0 && taken > 1) {
    group.cycles = static_cast<std::uint8_t>(taken - 1);
    const unsigned both = static_cast<unsigned>(first[0]) & first[1];
    group.effectual = static_cast<std::uint8_t>(group.effectual - ones(both));
  }
  return group;
}

}  // namespace

void FastBitwaveArray::decode(const engine::TileOperands& operands, SerialWeights& weights) const {
  if (operands.weight_source != engine::WeightSource::stream) {
    FastSerialArray::decode(operands, weights);
    return;
  }
  const engine::TileStep& step = operands.geometry.step;
  const std::size_t groups = (step.elements + lanes - 1) / lanes;
  const std::uint32_t rows = operands.geometry.array_rows;
  const Bytes indices(operands.metadata);
  const Bytes columns(operands.weights);
  std::vector<std::int8_t> decoded(std::size_t{step.channels} * groups * lanes);
  std::size_t at = 0;
  for (std::uint32_t block = 0; block < step.blocks; ++block) {
    const std::size_t first_index = block * engine::whole_words(rows * groups);
    for (std::uint32_t row = 0; row < rows; ++row) {
      const std::size_t channel = std::size_t{block} * rows + row;
      for (std::size_t i = 0; i < groups; ++i) {
        const std::uint8_t index = indices[first_index + row * groups + i];
        if (channel < step.channels) {
          const Group group = decode_group(index, columns, at, rule_.sign);
          std::memcpy(&decoded[(channel * groups + i) * lanes], &group.weights, lanes);
          weights.pe_cycles[channel * groups + i] = group.cycles;
          weights.effectual += group.effectual;
        }
        at += ones(index);
      }
    }
    at = engine::whole_words(at);
  }
  weights.panel.reset(step.channels, step.elements, false);
  weights.panel.set(0, step.channels, decoded, groups * lanes);
}

std::uint64_t FastBitwaveArray::measure(const std::int8_t* row, std::uint32_t elements,
                                        std::uint8_t* pe_cycles) const {
  std::uint64_t sum = 0;
  for (std::uint32_t e = 0; e < elements; ++e) {
    sum += ones(static_cast<std::uint8_t>(row[e]));
  }
  std::fill_n(pe_cycles, (elements + lanes - 1) / lanes, std::uint8_t{8});
  return sum;
}

}  // namespace lacuna::baselines
