// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "sparse/unified_format.h"

namespace lacuna::sparsynergy {

/// Of eight rows, how many keep a segment's vector.
enum class VectorLevel : std::uint8_t { n1 = 1, n2, n3, n4, n5, n6, n7, n8 };
/// Of how many values two stay.
enum class ValueLevel : std::uint8_t { of2 = 2, of3, of4 };
/// Of eight bit columns, how many stay.
enum class BitLevel : std::uint8_t { n4 = 4, n8 = 8 };

/// The offline encoder. The defaults are the operating point of the paper's throughput figures: half of the values, half of
/// the bits [SparSynergy Table II].
struct FormatParams {
  VectorLevel vector = VectorLevel::n8;
  ValueLevel value = ValueLevel::of4;
  BitLevel bit = BitLevel::n4;
  sparse::UnifiedRounding rounding = sparse::UnifiedRounding::nearest;

  template <class Description>
  static void describe(Description& d) {
    d("vector", &FormatParams::vector, "vectors that stay, of eight rows [SparSynergy §IV]");
    d("value", &FormatParams::value, "values that stay, of each window [SparSynergy §IV]");
    d("bit", &FormatParams::bit, "bit columns that stay, of eight [SparSynergy §IV]");
    d("rounding", &FormatParams::rounding,
      "how magnitudes are brought onto the bit columns that stay");
  }
  sparse::UnifiedFormat format() const {
    return {static_cast<unsigned>(vector), static_cast<unsigned>(value),
            static_cast<unsigned>(bit)};
  }
};

}  // namespace lacuna::sparsynergy

template <>
struct lacuna::EnumNames<lacuna::sparsynergy::VectorLevel> {
  static std::vector<lacuna::EnumName<lacuna::sparsynergy::VectorLevel>> table() {
    using lacuna::sparsynergy::VectorLevel;
    return {{"1:8", VectorLevel::n1}, {"2:8", VectorLevel::n2}, {"3:8", VectorLevel::n3},
            {"4:8", VectorLevel::n4}, {"5:8", VectorLevel::n5}, {"6:8", VectorLevel::n6},
            {"7:8", VectorLevel::n7}, {"8:8", VectorLevel::n8}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparsynergy::ValueLevel> {
  static std::vector<lacuna::EnumName<lacuna::sparsynergy::ValueLevel>> table() {
    using lacuna::sparsynergy::ValueLevel;
    return {{"2:2", ValueLevel::of2}, {"2:3", ValueLevel::of3}, {"2:4", ValueLevel::of4}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparsynergy::BitLevel> {
  static std::vector<lacuna::EnumName<lacuna::sparsynergy::BitLevel>> table() {
    using lacuna::sparsynergy::BitLevel;
    return {{"4:8", BitLevel::n4}, {"8:8", BitLevel::n8}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::sparse::UnifiedRounding> {
  static std::vector<lacuna::EnumName<lacuna::sparse::UnifiedRounding>> table() {
    using lacuna::sparse::UnifiedRounding;
    return {{"nearest", UnifiedRounding::nearest}, {"trunc", UnifiedRounding::truncate}};
  }
};
