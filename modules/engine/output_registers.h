// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::engine {

/// Where the results of one array tile belong.
struct ResultPlace {
  std::uint32_t first_position = 0;
  std::uint32_t positions = 0;      ///< valid columns
  std::uint32_t first_channel = 0;  ///< of the tile
  std::uint32_t channels = 0;       ///< valid rows
};

/// One register per PE that takes a complete sum over, so that the accumulator can go on. Every
/// cycle one column (or a few) leaves for the output stage, which is a shift register of as many
/// places as it has cycles, and ends in the output buffer.
class OutputRegisters {
 public:
  OutputRegisters() = default;
  /// @param latency places between a column and the output buffer, at least 1
  /// @param accumulators [positions, channels] of the tile; columns are added to them
  /// @param sum_bits of an accumulator, which wraps
  /// @param together columns that leave in one clock
  OutputRegisters(unsigned rows, unsigned columns, unsigned latency, unsigned tile_channels,
                  Span<std::int32_t> accumulators, unsigned sum_bits = 32, unsigned together = 1);

  /// One clock: the oldest columns reach the buffer, all others move on, the next ones leave their
  /// registers.
  void clock();
  /// True when every column has left, so that the registers can be loaded in the same clock.
  bool free() const { return next_column_ >= place_.positions; }
  bool empty() const { return free() && in_flight_ == 0; }

  /// Takes the sums of one array tile: the register of (row, column) is values()[column * rows +
  /// row].
  void load(const ResultPlace& place);
  std::vector<std::int32_t>& values() { return values_; }
  /// Moves everything on at once, in an array whose drain takes no time.
  void flush();

 private:
  /// Columns that left in one clock.
  struct Group {
    bool valid = false;
    std::uint32_t position = 0;
    std::uint32_t first_channel = 0;
    std::uint32_t channels = 0;
    std::vector<std::int32_t> sums;  ///< [columns, channels]
  };
  void write(const Group& group);
  void take_columns(Group& group);

  unsigned rows_ = 0;
  unsigned tile_channels_ = 0;
  unsigned unused_bits_ = 0;  // of 32
  unsigned together_ = 1;
  Span<std::int32_t> accumulators_;
  std::vector<std::int32_t> values_;
  ResultPlace place_;
  std::uint32_t next_column_ = 0;
  std::vector<Group> stages_;  // of the output stage, youngest first
  unsigned in_flight_ = 0;
};

}  // namespace lacuna::engine
