// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sparsynergy/array_options.h"
#include "sparsynergy/numerics.h"

namespace lacuna::sparsynergy {

/// The activation register of an octet [SparSynergy Fig. 5b]: 32 activations, two selectors with four blocks of four each.
inline constexpr unsigned register_activations = 32;
using ActivationRegister = std::array<std::int16_t, register_activations>;

/// Lanes' activations behind the operand selection.
using LaneOperands = std::array<std::int16_t, lanes>;

/// One load of an FEDP's weight register.
struct WeightLoad {
  bool valid = false;
  std::uint8_t row = 0;                                ///< partial sum that it belongs to
  std::uint8_t sign = 0;                               ///< bit per lane, 1: negative
  std::array<std::uint8_t, fedp_columns> column{};     ///< bit per lane
  std::array<std::uint8_t, fedp_columns> offset{};     ///< significance of each column
  std::array<std::uint8_t, lanes / 2> block_select{};  ///< first level: block of a pair of lanes
  std::array<std::uint8_t, lanes> element_select{};    ///< second level: element of the block
};

/// The two levels of operand selection: of 16 activations in four blocks, two blocks, and of each two elements; twice.
inline LaneOperands select_operands(const ActivationRegister& activations, const WeightLoad& load) {
  LaneOperands operands{};
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const unsigned half = lane / 4 * 16;
    operands[lane] =
        activations[half + load.block_select[lane / 2] * 4u + load.element_select[lane]];
  }
  return operands;
}

/// A bit-column dot product: gates and negation of eight lanes, adder tree, shift.
inline std::int32_t bit_column_dot_product(const WeightLoad& load, unsigned column,
                                           const LaneOperands& operands, Numerics numerics) {
  if (numerics == Numerics::intended) {
    std::int32_t tree = 0;
    for (unsigned lane = 0; lane < lanes; ++lane) {
      const std::int32_t product = (load.sign >> lane & 1) != 0 ? -operands[lane] : operands[lane];
      tree += (load.column[column] >> lane & 1) != 0 ? product : 0;
    }
    return tree * (std::int32_t{1} << load.offset[column]);
  }
  std::uint32_t tree = 0;  // of products of 8 bits, in 11 bits
  for (unsigned lane = 0; lane < lanes; ++lane) {
    const auto activation = static_cast<std::uint8_t>(operands[lane]);
    const auto negative = static_cast<std::uint8_t>(~activation + 1u);
    const std::uint8_t product = (load.sign >> lane & 1) != 0 ? negative : activation;
    const std::uint32_t extended = (product & 0x80u) != 0 ? product | 0x700u : product;
    tree += (load.column[column] >> lane & 1) != 0 ? extended : 0u;
  }
  const auto shifted = static_cast<std::uint16_t>((tree & 0x7FFu) << load.offset[column]);
  return shifted;
}

/// A fused element dot product unit: four bit-column dot products that share their activations, and the partial sums of
/// eight output channels, addressed by the vector index.
class Fedp {
 public:
  /// Stage "multiply".
  void multiply(const WeightLoad& load, const LaneOperands& operands, Numerics numerics) {
    for (unsigned column = 0; column < fedp_columns; ++column) {
      products_[column] = bit_column_dot_product(load, column, operands, numerics);
    }
    row_ = load.row;
    working_ = load.valid;
  }

  /// Stage "accumulate". @param first the partial sums start from zero @param bits of a partial sum, which wraps
  void accumulate(bool first, unsigned bits) {
    if (first) {
      sums_.fill(0);
    }
    if (!working_) {
      return;
    }
    auto sum = static_cast<std::uint32_t>(sums_[row_]);
    for (const std::int32_t product : products_) {
      sum += static_cast<std::uint32_t>(product);
    }
    const unsigned unused = 32 - bits;
    sums_[row_] = static_cast<std::int32_t>(sum << unused) >> unused;
  }

  std::int32_t sum(unsigned row) const { return sums_[row]; }

 private:
  std::array<std::int32_t, fedp_columns> products_{};  // pipeline registers
  std::uint8_t row_ = 0;
  bool working_ = false;
  std::array<std::int32_t, fedp_channels> sums_{};
};

}  // namespace lacuna::sparsynergy
