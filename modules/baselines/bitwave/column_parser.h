// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "baselines/bitwave/sign_column.h"
#include "baselines/serial/pe.h"
#include "core/span.h"

namespace lacuna::baselines {

/// A group's index and columns, one bit of each of eight weights a column: [0] to [6] magnitude, [7] sign.
struct ColumnGroup {
  std::uint8_t index = 0;  ///< bit c: column c is not zero, and stored
  std::array<std::uint8_t, 8> columns{};
};

/// Walks the index of a group from its highest column down and gives the PE one column that is not zero a cycle, with the signs
/// of its weights [BitWave's zero-column index parser].
class ColumnParser {
 public:
  explicit ColumnParser(SignColumn sign) : sign_(sign) {}

  /// A group in sign-magnitude.
  void load(const ColumnGroup& group);
  /// A group without an index, two's complement: eight columns, of which [7] weighs -128.
  void load_dense(const ColumnGroup& group);
  bool pending() const { return index_ != 0; }
  PeOperation schedule();

 private:
  SignColumn sign_;
  ColumnGroup group_;
  std::uint8_t index_ = 0;  // columns that are yet to come
  std::uint8_t signs_ = 0;
  bool dense_ = false;
  bool pair_ = false;  // the next cycle takes two columns
};

}  // namespace lacuna::baselines
