// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/error.h"
#include "memory/dram_device.h"

namespace lacuna::memory {

/// What an address chooses, in the order of DramLocation.
enum class DramField : std::uint8_t { channel, rank, bank_group, bank, row, column };
inline constexpr std::size_t dram_field_count = 6;
/// As maps name it: "channel", "rank", "bankgroup", "bank", "row", "column".
const std::array<std::string, dram_field_count>& dram_field_names();

/// How many address bits there are, and how many each field takes. Columns are bursts.
struct DramAddressShape {
  DramAddressShape(const DramOrganisation& organisation, std::uint32_t channels,
                   std::uint32_t ranks);
  std::array<std::uint8_t, dram_field_count> bits{};
  std::uint8_t bus_bits = 0;     ///< of an address within one beat of the data bus
  std::uint8_t offset_bits = 0;  ///< within a burst: they choose nothing
  std::uint8_t total_bits = 0;   ///< of an address
  std::uint8_t beats_bits() const { return static_cast<std::uint8_t>(offset_bits - bus_bits); }
};

/// One bit of a field: the XOR of some address bits.
struct DramAddressBit {
  DramField field = DramField::channel;
  std::uint8_t bit = 0;       ///< of the field, 0 the least significant
  std::uint64_t address = 0;  ///< a mask of address bits
  Place place;                ///< where it is written

  /// "bank bit 1".
  std::string text() const;
};

/// The value of `address_map`, as the bits that it means: in the order of fields and bits, complete, but not yet known to be
/// invertible. A text is an order of fields, a mapping lists bits (doc/dram.md).
/// @throws Error (bad_input) with every place at which something is missing, doubled or unknown
std::vector<DramAddressBit> read_address_bits(const Node& map, const DramAddressShape& shape);

/// Of the forms above, the text: "row rank bank column:4 bankgroup^row", "6 offset, 2 BG, 7 column, ...",
/// "RoBaRaCo", "M1".
std::vector<DramAddressBit> parse_address_order(const std::string& text, const Place& place,
                                                const DramAddressShape& shape);

}  // namespace lacuna::memory
