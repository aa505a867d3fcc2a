// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "core/units.h"

namespace lacuna::memory {

/// Parameters of an on-chip buffer.
struct SramParams {
  Bytes capacity = 256_KiB;
  std::uint32_t banks = 16;
  std::uint32_t word_bits = 128;
  std::string technology;

  template <class Description>
  static void describe(Description& d) {
    d("capacity", &SramParams::capacity, "bytes of all banks together").positive();
    d("banks", &SramParams::banks, "banks, each one word wide and accessible on its own")
        .range(1u, 4096u);
    d("word_bits", &SramParams::word_bits, "bits of a bank's word: what one access moves")
        .choices({8u, 16u, 32u, 64u, 128u, 256u, 512u});
    d("technology", &SramParams::technology,
      "technology entry of one bank: energy per bit, leakage, area; empty: by the bank's capacity");
  }
  void validate(Validation& check) const;

  std::uint32_t word_bytes() const { return word_bits / 8; }
  Bytes bank_capacity() const { return capacity / banks; }
};

}  // namespace lacuna::memory
