// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// Where one burst lies.
struct DramLocation {
  std::uint32_t channel = 0;
  std::uint32_t rank = 0;
  std::uint32_t bank_group = 0;
  std::uint32_t bank = 0;  ///< within its group
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< in bursts, within the row

  friend bool operator==(const DramLocation& a, const DramLocation& b) {
    return a.channel == b.channel && a.rank == b.rank && a.bank_group == b.bank_group &&
           a.bank == b.bank && a.row == b.row && a.column == b.column;
  }
};

/// Which address bits choose what. Written as fields from the most to the least significant above
/// the bytes of a burst: "row rank bank column bankgroup channel". A field may be split: "row
/// column:4 bank column" gives the upper piece of the column four bits and the rest to the other.
/// Fields of one choice (a single rank) take no bits and may be left out.
/// "bankgroup^row" flips the bits of a piece by the lowest bits of another field, "bank:1^row+2" by
/// those from its bit 2 on: neighbouring rows then lie in other banks. A field by which others are
/// flipped is not flipped itself, so that every map can be turned back.
class DramAddressMap {
 public:
  /// @throws Error (bad_input, no place) on unknown, missing, doubled or wrongly sized fields
  DramAddressMap(const std::string& text, const DramOrganisation& organisation,
                 std::uint32_t channels, std::uint32_t ranks);

  /// Consecutive bursts go to other channels, then bank groups, then columns: what reaches the full
  /// bandwidth of a sequential stream.
  static const char* default_text() { return "row rank bank column bankgroup channel"; }

  DramLocation decode(std::uint64_t address) const {
    std::array<std::uint32_t, field_count> value{};
    for (const Piece& piece : pieces_) {
      value[piece.field] |=
          static_cast<std::uint32_t>((address >> piece.address_shift) & piece.mask)
          << piece.field_shift;
    }
    for (const Flip& flip : flips_) {
      value[flip.field] ^= ((value[flip.by] >> flip.by_shift) & flip.mask) << flip.field_shift;
    }
    return {value[0], value[1], value[2], value[3], value[4], value[5]};
  }
  std::uint64_t encode(const DramLocation& location) const;

  /// How aligned runs of consecutive bursts lie: first all channels in turn, then `lanes` bank groups in turn, then the next
  /// column, `bursts` in all before anything else changes. Each is a power of two, 1 where the map begins otherwise.
  struct Run {
    std::uint32_t channels = 1;
    std::uint32_t lanes = 1;
    std::uint64_t bursts = 1;
  };
  Run run() const;
  /// By what the bank groups of the run at this location are flipped: it goes round them in the
  /// order (lane ^ flip) of lanes 0, 1, ...
  std::uint32_t lane_flip(const DramLocation& location) const {
    std::uint32_t flipped = 0;
    for (const Flip& flip : lane_flips_) {
      const std::uint32_t by = flip.by == 1   ? location.rank
                               : flip.by == 3 ? location.bank
                                              : location.row;
      flipped ^= ((by >> flip.by_shift) & flip.mask) << flip.field_shift;
    }
    return flipped;
  }

 private:
  static constexpr std::size_t field_count = 6;  // in the order of DramLocation
  struct Piece {
    std::uint8_t field = 0;
    std::uint8_t address_shift = 0;
    std::uint8_t field_shift = 0;
    std::uint32_t mask = 0;
    std::uint8_t bits = 0;
  };
  /// Bits of a field that are flipped by those of another.
  struct Flip {
    std::uint8_t field = 0;
    std::uint8_t by = 0;
    std::uint8_t field_shift = 0;
    std::uint8_t by_shift = 0;
    std::uint32_t mask = 0;
  };
  std::vector<Piece> pieces_;  // from the least significant
  std::vector<Flip> flips_;
  std::vector<Flip> lane_flips_;  // of these, those of bank groups
};

}  // namespace lacuna::memory
