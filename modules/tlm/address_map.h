// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"

namespace lacuna::tlm {

/// A range of addresses and who answers in it.
struct Region {
  std::uint64_t base = 0;
  std::uint64_t size = 0;  ///< bytes
  std::string target;      ///< "dram", "accelerator.control"
  Place place;             ///< in the platform file

  std::uint64_t last() const { return base + (size - 1); }
  bool contains(std::uint64_t address) const { return address - base < size; }
  bool contains(std::uint64_t address, std::uint64_t bytes) const {
    return contains(address) && bytes <= size - (address - base);
  }
  /// "dram [0x0, 0xffff]".
  std::string text() const;
};

/// Disjoint regions, found by address.
class AddressMap {
 public:
  /// Adds a region; a zero size, one that runs over 2^64, or an overlap lands in `diagnostics` with
  /// the places of both and the region is left out. @return its index, or npos
  std::size_t add(const Region& region, Diagnostics& diagnostics);
  /// The same, throwing. @throws Error (bad_input)
  std::size_t add(const Region& region);

  static constexpr std::size_t npos = ~std::size_t{0};
  /// Index, in the order of adding, of the region that holds the address, or npos.
  std::size_t find(std::uint64_t address) const;
  const Region& operator[](std::size_t index) const { return regions_[index]; }
  const std::vector<Region>& regions() const { return regions_; }

 private:
  std::vector<Region> regions_;          // in the order of adding
  std::vector<std::size_t> by_address_;  // their indices, by base
};

}  // namespace lacuna::tlm
