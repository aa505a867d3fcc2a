// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memory/dram_command.h"

namespace lacuna::memory {

/// Which clocks of a channel's command bus are taken. Commands are planned out of the order of time
/// (a bank is prepared while earlier data still flow), so free clocks between others are found and
/// used.
class DramCommandBus {
 public:
  DramCommandBus() : words_(64, 0) {}

  /// The first free clock from `from` on, which is not in the forgotten past.
  Clock first_free(Clock from) const {
    while (taken(from)) {
      ++from;
    }
    return from;
  }
  void take(Clock clock);
  /// Nothing will be asked for before `now` any more.
  void forget_before(Clock now);
  /// The last clock taken so far.
  Clock last_taken() const { return last_taken_; }

 private:
  static constexpr Clock word_bits = 64;
  bool taken(Clock clock) const {
    return clock <= last_taken_ && ((word(clock) >> (clock % word_bits)) & 1) != 0;
  }
  std::uint64_t word(Clock clock) const {
    return words_[static_cast<std::size_t>(clock / word_bits) & (words_.size() - 1)];
  }
  void grow(Clock clock);

  std::vector<std::uint64_t> words_;  // a ring of bits; its size is a power of two
  Clock first_word_ = 0;              // clock / word_bits of the oldest word kept
  Clock last_taken_ = -1;
};

}  // namespace lacuna::memory
