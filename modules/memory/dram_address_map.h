// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/document.h"
#include "memory/dram_address_bits.h"
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

/// Which address bits choose what: every bit of a field is the XOR of some address bits, and every
/// map can be turned back. Written as an order of fields from the most to the least significant
/// above the bytes of a burst, "row rank bank^row column bankgroup channel", or bit by bit; the forms
/// stand in doc/dram.md. Fields of one choice (a single rank) take no bits and may be left out.
class DramAddressMap {
 public:
  /// @throws Error (bad_input, placed as the node) on unknown, missing, doubled or wrongly sized
  /// fields and bits, and when two addresses would lie in one place
  DramAddressMap(const Node& map, const DramOrganisation& organisation, std::uint32_t channels,
                 std::uint32_t ranks);
  /// An order of fields.
  DramAddressMap(const std::string& text, const DramOrganisation& organisation,
                 std::uint32_t channels, std::uint32_t ranks);

  /// Consecutive bursts go to other channels, then bank groups, then columns: what reaches the full
  /// bandwidth of a sequential stream.
  static const char* default_text() { return "row rank bank column bankgroup channel"; }

  DramLocation decode(std::uint64_t address) const {
    const std::uint64_t packed = tables_->location.of(address);
    const auto value = [&](DramField field) {
      const auto i = static_cast<std::size_t>(field);
      return static_cast<std::uint32_t>(packed >> shift_[i]) & mask_[i];
    };
    return {value(DramField::channel), value(DramField::rank), value(DramField::bank_group),
            value(DramField::bank),    value(DramField::row),  value(DramField::column)};
  }
  std::uint64_t encode(const DramLocation& location) const;

  /// How aligned runs of consecutive bursts lie: first all channels in turn, then `lanes` bank groups in turn, then the next
  /// column, `bursts` in all before anything else changes. Each is a power of two, 1 where the map begins otherwise.
  struct Run {
    std::uint32_t channels = 1;
    std::uint32_t lanes = 1;
    std::uint64_t bursts = 1;
  };
  const Run& run() const { return run_; }
  /// By what the bank groups of the run at this address are flipped: it goes round them in the
  /// order (lane ^ flip) of lanes 0, 1, ...
  std::uint32_t lane_flip(std::uint64_t address) const {
    return lanes_flip_ ? decode(address & ~run_mask_).bank_group & (run_.lanes - 1) : 0;
  }

 private:
  /// A linear function over bits, a byte of the argument at a time.
  struct ByteTables {
    std::vector<std::array<std::uint64_t, 256>> bytes;
    /// @param images of argument bit 0, 1, ...
    void fill(const std::vector<std::uint64_t>& images);
    std::uint64_t of(std::uint64_t argument) const {
      std::uint64_t result = 0;
      for (const auto& table : bytes) {
        result ^= table[argument & 255U];
        argument >>= 8U;
      }
      return result;
    }
  };
  struct Tables {
    ByteTables location;  // of an address, packed
    ByteTables address;   // of a packed location
  };
  void find_run(const std::vector<DramAddressBit>& bits, const DramAddressShape& shape);

  std::shared_ptr<const Tables> tables_;  // shared by copies of a controller
  std::array<std::uint8_t, dram_field_count> shift_{};
  std::array<std::uint32_t, dram_field_count> mask_{};
  Run run_;
  std::uint64_t run_mask_ = 0;  // address bits that change within a run
  bool lanes_flip_ = false;
};

}  // namespace lacuna::memory
