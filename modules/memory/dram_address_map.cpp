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

constexpr std::uint8_t bank_group_field = 2;

std::uint8_t bits_for(std::uint64_t choices) {
  std::uint8_t bits = 0;
  while ((std::uint64_t{1} << bits) < choices) {
    ++bits;
  }
  return bits;
}

/// "^row+2".
struct WrittenFlip {
  std::size_t by = 0;
  int from = 0;
};

struct WrittenPiece {
  std::size_t field = 0;
  int bits = -1;  // as written; -1: the rest of the field
  std::vector<WrittenFlip> flips;
};

std::size_t parse_field(const std::string& name) {
  const auto field = std::find(field_names.begin(), field_names.end(), name);
  if (field == field_names.end()) {
    throw input_error(
        {}, fmt::format("'{}' is no field of an address map: expected row, column, bank, "
                        "bankgroup, rank or channel{}",
                        name, suggestion(name, {field_names.begin(), field_names.end()})));
  }
  return static_cast<std::size_t>(field - field_names.begin());
}

int parse_number(const std::string& number, int least, const std::string& word,
                 const std::string& expected) {
  int value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  if (result.ec != std::errc{} || result.ptr != number.data() + number.size() || value < least ||
      value > 32) {
    throw input_error({}, fmt::format("'{}': expected {}", word, expected));
  }
  return value;
}

/// "bank", "column:3", "bankgroup:1^row+2^rank".
WrittenPiece parse_piece(const std::string& word) {
  WrittenPiece piece;
  std::size_t begin = 0;
  for (bool first = true; begin <= word.size(); first = false) {
    const std::size_t end = std::min(word.find('^', begin), word.size());
    const std::string part = word.substr(begin, end - begin);
    const std::size_t mark = part.find(first ? ':' : '+');
    const std::size_t field = parse_field(part.substr(0, mark));
    const bool number = mark != std::string::npos;
    if (first) {
      piece.field = field;
      piece.bits = number ? parse_number(part.substr(mark + 1), 1, word,
                                         "a number of bits from 1 to 32 after the colon")
                          : -1;
    } else {
      const int from = number ? parse_number(part.substr(mark + 1), 0, word,
                                             "the number of a bit from 0 to 32 after the plus")
                              : 0;
      piece.flips.push_back({field, from});
    }
    begin = end + 1;
  }
  return piece;
}

/// A field that flips others must stay as it is, and have the bits.
void check_flips(const std::vector<WrittenPiece>& pieces,
                 const std::array<std::uint8_t, 6>& wanted) {
  for (const WrittenPiece& piece : pieces) {
    for (const WrittenFlip& flip : piece.flips) {
      const std::string& by = field_names[flip.by];
      for (const WrittenPiece& other : pieces) {
        if (other.field == flip.by && (!other.flips.empty() || other.field == piece.field)) {
          throw input_error({}, fmt::format("'{}' is flipped by '{}', which is flipped itself",
                                            field_names[piece.field], by));
        }
      }
      if (flip.from + piece.bits > wanted[flip.by]) {
        throw input_error({}, fmt::format("'{}' is flipped by bits {} to {} of '{}', which has {}",
                                          field_names[piece.field], flip.from,
                                          flip.from + piece.bits - 1, by, wanted[flip.by]));
      }
    }
  }
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
  check_flips(written, wanted);

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
    for (const WrittenFlip& flip : piece->flips) {
      flips_.push_back({entry.field, static_cast<std::uint8_t>(flip.by), entry.field_shift,
                        static_cast<std::uint8_t>(flip.from), entry.mask});
      if (flips_.back().field == bank_group_field) {
        lane_flips_.push_back(flips_.back());
      }
    }
    used[piece->field] = static_cast<std::uint8_t>(used[piece->field] + piece->bits);
    shift = static_cast<std::uint8_t>(shift + piece->bits);
    pieces_.push_back(entry);
  }
}

DramAddressMap::Run DramAddressMap::run() const {
  constexpr std::uint8_t channel = 0;
  constexpr std::uint8_t bank_group = bank_group_field;
  constexpr std::uint8_t column = 5;
  Run run;
  for (const Flip& flip : flips_) {
    if (flip.by == channel || flip.by == bank_group || flip.by == column || flip.field == column) {
      return run;  // neighbouring bursts are scattered
    }
  }
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
  std::array<std::uint32_t, field_count> value{location.channel, location.rank, location.bank_group,
                                               location.bank,    location.row,  location.column};
  for (const Flip& flip : flips_) {
    value[flip.field] ^= ((value[flip.by] >> flip.by_shift) & flip.mask) << flip.field_shift;
  }
  std::uint64_t address = 0;
  for (const Piece& piece : pieces_) {
    address |= std::uint64_t{(value[piece.field] >> piece.field_shift) & piece.mask}
               << piece.address_shift;
  }
  return address;
}

}  // namespace lacuna::memory
