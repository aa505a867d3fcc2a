// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_address_map.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

namespace lacuna::memory {

namespace {

const std::array<std::string, 6> field_names{"channel", "rank", "bankgroup",
                                             "bank",    "row",  "column"};

std::uint8_t bits_for(std::uint64_t choices) {
  std::uint8_t bits = 0;
  while ((std::uint64_t{1} << bits) < choices) {
    ++bits;
  }
  return bits;
}

struct WrittenPiece {
  std::size_t field = 0;
  int bits = -1;  // as written; -1: the rest of the field
};

WrittenPiece parse_piece(const std::string& word) {
  const std::size_t colon = word.find(':');
  const std::string name = word.substr(0, colon);
  const auto field = std::find(field_names.begin(), field_names.end(), name);
  if (field == field_names.end()) {
    throw input_error(
        {}, fmt::format("'{}' is no field of an address map: expected row, column, bank, "
                        "bankgroup, rank or channel{}",
                        name, suggestion(name, {field_names.begin(), field_names.end()})));
  }
  WrittenPiece piece;
  piece.field = static_cast<std::size_t>(field - field_names.begin());
  if (colon != std::string::npos) {
    const std::string number = word.substr(colon + 1);
    const auto result = std::from_chars(number.data(), number.data() + number.size(), piece.bits);
    if (result.ec != std::errc{} || result.ptr != number.data() + number.size() || piece.bits < 1 ||
        piece.bits > 32) {
      throw input_error(
          {}, fmt::format("'{}': expected a number of bits from 1 to 32 after the colon", word));
    }
  }
  return piece;
}

/// Gives the piece without a number what is left of its field, and checks that every field is
/// whole.
void resolve_sizes(std::vector<WrittenPiece>& pieces, const std::array<std::uint8_t, 6>& wanted) {
  for (std::size_t field = 0; field < field_names.size(); ++field) {
    int given = 0;
    WrittenPiece* rest = nullptr;
    for (WrittenPiece& piece : pieces) {
      if (piece.field != field) {
        continue;
      }
      if (piece.bits >= 0) {
        given += piece.bits;
      } else if (rest == nullptr) {
        rest = &piece;
      } else {
        throw input_error(
            {}, fmt::format("'{}' stands twice without a number of bits", field_names[field]));
      }
    }
    if (rest != nullptr && given <= wanted[field]) {
      rest->bits = wanted[field] - given;
      given = wanted[field];
    }
    if (given != wanted[field]) {
      throw input_error(
          {}, fmt::format("'{}' has {} bit{} in the map, but needs {}", field_names[field], given,
                          given == 1 ? "" : "s", wanted[field]));
    }
  }
}

}  // namespace

DramAddressMap::DramAddressMap(const std::string& text, const DramOrganisation& organisation,
                               std::uint32_t channels, std::uint32_t ranks) {
  const std::array<std::uint8_t, 6> wanted{bits_for(channels),
                                           bits_for(ranks),
                                           bits_for(organisation.bank_groups),
                                           bits_for(organisation.banks_per_group),
                                           bits_for(organisation.rows),
                                           bits_for(organisation.bursts_per_row())};
  std::vector<WrittenPiece> written;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    written.push_back(parse_piece(word));
  }
  resolve_sizes(written, wanted);

  std::array<std::uint8_t, field_count> used{};
  std::uint8_t shift = bits_for(organisation.burst_bytes());
  for (auto piece = written.rbegin(); piece != written.rend(); ++piece) {
    if (piece->bits == 0) {
      continue;
    }
    Piece entry;
    entry.field = static_cast<std::uint8_t>(piece->field);
    entry.bits = static_cast<std::uint8_t>(piece->bits);
    entry.address_shift = shift;
    entry.field_shift = used[piece->field];
    entry.mask = static_cast<std::uint32_t>((std::uint64_t{1} << piece->bits) - 1);
    used[piece->field] = static_cast<std::uint8_t>(used[piece->field] + piece->bits);
    shift = static_cast<std::uint8_t>(shift + piece->bits);
    pieces_.push_back(entry);
  }
}

DramAddressMap::Run DramAddressMap::run() const {
  constexpr std::uint8_t channel = 0;
  constexpr std::uint8_t bank_group = 2;
  constexpr std::uint8_t column = 5;
  Run run;
  std::uint64_t columns = 1;
  for (const Piece& piece : pieces_) {
    if (piece.field == channel && run.lanes == 1 && columns == 1) {
      run.channels <<= piece.bits;
    } else if (piece.field == bank_group && columns == 1) {
      run.lanes <<= piece.bits;
    } else if (piece.field == column) {
      columns <<= piece.bits;
    } else {
      break;
    }
  }
  run.bursts = columns * run.lanes * run.channels;
  return run;
}

std::uint64_t DramAddressMap::encode(const DramLocation& location) const {
  const std::array<std::uint32_t, field_count> value{location.channel,    location.rank,
                                                     location.bank_group, location.bank,
                                                     location.row,        location.column};
  std::uint64_t address = 0;
  for (const Piece& piece : pieces_) {
    address |= std::uint64_t{(value[piece.field] >> piece.field_shift) & piece.mask}
               << piece.address_shift;
  }
  return address;
}

}  // namespace lacuna::memory
