// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lacuna::sparq {

/// What moves along a row of the grid: one value of a vector, and which vector of which fold it belongs to.
struct MovingOperand {
  bool valid = false;
  bool first =
      false;  ///< of its fold: the PE goes over to the operand that it was given for this fold
  std::uint32_t fold = 0;    ///< of the step
  std::uint32_t vector = 0;  ///< of the fold
  std::int16_t value = 0;
};

/// What moves down a column before a fold starts: an operand on its way to the row where it stays.
struct KeptOperand {
  bool valid = false;
  std::uint32_t rows_left = 0;  ///< to go
  std::int16_t value = 0;
};

/// One place of a grid with stationary operands: a multiplier and an adder, the operand in use and the next fold's, and the registers to
/// its neighbours on the right (moving operand) and below (partial sum, and operands for rows further down).
class StationaryPe {
 public:
  /// One clock. @param above the partial sum of the PE above, of the same vector
  void clock(const MovingOperand& moving, const KeptOperand& passing, std::int32_t above) {
    if (moving.valid && moving.first) {
      kept_ = next_;
    }
    const std::int32_t product = moving.valid ? std::int32_t{kept_} * moving.value : 0;
    effective_ = product != 0;
    sum_ = static_cast<std::int32_t>(static_cast<std::uint32_t>(above) +
                                     static_cast<std::uint32_t>(product));
    moving_ = moving;
    passing_ = passing;
    if (passing.valid && passing.rows_left == 0) {
      next_ = passing.value;
      passing_.valid = false;
    } else {
      --passing_.rows_left;
    }
  }
  const MovingOperand& moving() const { return moving_; }
  const KeptOperand& passing() const { return passing_; }
  std::int32_t sum() const { return sum_; }
  /// Both operands of the last clock's product were not zero.
  bool effective() const { return effective_; }

 private:
  std::int16_t kept_ = 0;
  std::int16_t next_ = 0;
  bool effective_ = false;
  MovingOperand moving_;
  KeptOperand passing_;
  std::int32_t sum_ = 0;
};

}  // namespace lacuna::sparq
