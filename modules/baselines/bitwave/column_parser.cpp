// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/column_parser.h"

namespace lacuna::baselines {
namespace {

constexpr std::uint8_t sign_bit = 0x80;

unsigned highest(std::uint8_t index) {
  unsigned column = 7;
  while (((index >> column) & 1u) == 0) {
    --column;
  }
  return column;
}

std::uint8_t without(std::uint8_t index, unsigned column) {
  return static_cast<std::uint8_t>(index & ~(1u << column));
}

std::uint8_t count(unsigned bits) {
  return static_cast<std::uint8_t>(__builtin_popcount(bits));
}

}  // namespace

void ColumnParser::load(const ColumnGroup& group) {
  group_ = group;
  dense_ = false;
  index_ = group.index;
  const bool has_sign = (index_ & sign_bit) != 0;
  signs_ = has_sign ? group.columns[7] : std::uint8_t{0};
  if (sign_ != SignColumn::serial) {
    index_ = without(index_, 7);
  }
  pair_ = sign_ == SignColumn::minus_one && !has_sign && count(index_) > 1;
}

void ColumnParser::load_dense(const ColumnGroup& group) {
  group_ = group;
  dense_ = true;
  index_ = 0xFF;
  pair_ = false;
}

PeOperation ColumnParser::schedule() {
  PeOperation operation;
  operation.working = true;
  const unsigned column = highest(index_);
  index_ = without(index_, column);
  if (column == 7 && !dense_) {
    return operation;  // the signs are loaded; nothing is added
  }
  const std::uint8_t bits = group_.columns[column];
  operation.common_shift = static_cast<std::uint8_t>(column);
  for (unsigned lane = 0; lane < serial_lanes; ++lane) {
    const bool negative = dense_ ? column == 7 : ((signs_ >> lane) & 1u) != 0;
    operation.lanes[lane] = {static_cast<std::uint8_t>(lane), 0, ((bits >> lane) & 1u) != 0,
                             negative};
  }
  if (pair_) {
    pair_ = false;
    const unsigned second = highest(index_);
    index_ = without(index_, second);
    operation.free_column = group_.columns[second];
    operation.free_shift = static_cast<std::uint8_t>(second);
  }
  operation.effectual = count(static_cast<unsigned>(bits) | operation.free_column);
  return operation;
}

}  // namespace lacuna::baselines
