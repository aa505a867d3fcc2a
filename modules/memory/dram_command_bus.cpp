// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_command_bus.h"

#include <algorithm>

namespace lacuna::memory {

void DramCommandBus::take(Clock clock) {
  if (clock / word_bits - first_word_ >= static_cast<Clock>(words_.size())) {
    grow(clock);
  }
  words_[static_cast<std::size_t>(clock / word_bits) & (words_.size() - 1)] |=
      std::uint64_t{1} << (clock % word_bits);
  last_taken_ = std::max(last_taken_, clock);
}

void DramCommandBus::forget_before(Clock now) {
  const Clock word = now / word_bits;
  const Clock last_used = std::min(word - 1, last_taken_ / word_bits);
  for (Clock old = first_word_; old <= last_used; ++old) {
    words_[static_cast<std::size_t>(old) & (words_.size() - 1)] = 0;
  }
  first_word_ = std::max(first_word_, word);
}

void DramCommandBus::grow(Clock clock) {
  std::size_t size = words_.size();
  while (clock / word_bits - first_word_ >= static_cast<Clock>(size)) {
    size *= 2;
  }
  std::vector<std::uint64_t> larger(size, 0);
  const Clock end = first_word_ + static_cast<Clock>(words_.size());
  for (Clock word = first_word_; word < end; ++word) {
    larger[static_cast<std::size_t>(word) & (size - 1)] =
        words_[static_cast<std::size_t>(word) & (words_.size() - 1)];
  }
  words_ = std::move(larger);
}

}  // namespace lacuna::memory
