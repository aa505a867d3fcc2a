// SPDX-License-Identifier: Apache-2.0
// Address maps as an order of fields, in the notations that are about.
#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "core/number_text.h"
#include "memory/dram_address_bits.h"

namespace lacuna::memory {

namespace {

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

using Pieces = std::vector<WrittenPiece>;  // from the most significant

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The maps of which comparisons of simulators speak: one bank after another, and bank groups in turn.
const std::map<std::string, std::string>& named_orders() {
  static const std::map<std::string, std::string> orders{
      {"m1", "row bank bankgroup rank column channel"},
      {"m2", "row rank bank column bankgroup channel"}};
  return orders;
}

class OrderParser {
 public:
  OrderParser(const Place& place, const DramAddressShape& shape) : place_(place), shape_(shape) {}

  Pieces parse(const std::string& text) const {
    const auto named = named_orders().find(lower(text));
    if (named != named_orders().end()) {
      return parse_words(named->second);
    }
    if (text.find(',') != std::string::npos) {
      return parse_counted(text);
    }
    const auto initials = parse_initials(text);
    return initials ? *initials : parse_words(text);
  }

  [[noreturn]] void fail(std::string message) const {
    throw input_error(place_, std::move(message));
  }

 private:
  Pieces parse_words(const std::string& text) const {
    Pieces pieces;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      pieces.push_back(parse_piece(word));
    }
    return pieces;
  }

  /// "RoBaRaCo": two letters a field, the most significant first; banks stand for their groups too where those are not named.
  std::optional<Pieces> parse_initials(const std::string& text) const {
    static const std::array<std::string, dram_field_count> initials{"ch", "ra", "bg",
                                                                    "ba", "ro", "co"};
    const std::string letters = lower(text);
    Pieces pieces;
    if (letters.size() % 2 != 0) {
      return std::nullopt;
    }
    for (std::size_t i = 0; i < letters.size(); i += 2) {
      const auto found = std::find(initials.begin(), initials.end(), letters.substr(i, 2));
      if (found == initials.end()) {
        return std::nullopt;
      }
      pieces.push_back({static_cast<std::size_t>(found - initials.begin()), -1, {}});
    }
    const auto group = static_cast<std::size_t>(DramField::bank_group);
    const auto has_group = std::any_of(pieces.begin(), pieces.end(),
                                       [&](const WrittenPiece& p) { return p.field == group; });
    for (std::size_t i = 0; !has_group && i < pieces.size(); ++i) {
      if (pieces[i].field == static_cast<std::size_t>(DramField::bank)) {
        pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1, {group, -1, {}});
        break;
      }
    }
    return pieces;
  }

  /// "6 offset, 2 BG, 7 column, 2 bank, rank, 16 row": from the least significant.
  Pieces parse_counted(const std::string& text) const {
    Pieces pieces;
    std::istringstream parts(text);
    bool first = true;
    for (std::string part; std::getline(parts, part, ','); first = false) {
      std::istringstream words(part);
      std::string word;
      std::string name;
      int bits = -1;
      while (words >> word) {
        const bool number = name.empty() && std::isdigit(static_cast<unsigned char>(word[0])) != 0;
        if (number) {
          bits = parse_number(word, 0, part, "a number of bits and the name of a field");
        } else {
          name += lower(word);
        }
      }
      if (name == "offset" || name == "byte" || name == "bytes") {
        check_offset(bits, first);
        continue;
      }
      pieces.insert(pieces.begin(), {parse_field(alias(name)), bits, {}});
    }
    return pieces;
  }

  void check_offset(int bits, bool first) const {
    if (!first) {
      fail(
          "'offset' chooses bytes of a burst: a list with commas begins with it, at the least "
          "significant bits");
    }
    if (bits >= 0 && bits != shape_.offset_bits) {
      fail(fmt::format("'offset' has {} bits in the map, but a burst has {} bytes: {} bits", bits,
                       1U << shape_.offset_bits, shape_.offset_bits));
    }
  }

  static std::string alias(const std::string& name) {
    static const std::map<std::string, std::string> others{
        {"bg", "bankgroup"}, {"bankgroups", "bankgroup"},
        {"ba", "bank"},      {"banks", "bank"},
        {"ra", "rank"},      {"ch", "channel"},
        {"col", "column"},   {"columns", "column"},
        {"co", "column"},    {"ro", "row"},
        {"rows", "row"},     {"ranks", "rank"}};
    const auto found = others.find(name);
    return found == others.end() ? name : found->second;
  }

  std::size_t parse_field(const std::string& written) const {
    const auto& names = dram_field_names();
    const std::string name = written == "bank_group" ? "bankgroup" : written;
    const auto field = std::find(names.begin(), names.end(), name);
    if (field == names.end()) {
      fail(
          fmt::format("'{}' is no field of an address map: expected row, column, bank, "
                      "bankgroup, rank or channel{}",
                      written, suggestion(written, {names.begin(), names.end()})));
    }
    return static_cast<std::size_t>(field - names.begin());
  }

  int parse_number(const std::string& number, int least, const std::string& context,
                   const std::string& expected) const {
    const auto value = whole_number<int>(number);
    if (!value || *value < least || *value > 32) {
      fail(fmt::format("'{}': expected {}", context, expected));
    }
    return *value;
  }

  /// "bank", "column:3", "bankgroup:1^row+2^rank".
  WrittenPiece parse_piece(const std::string& word) const {
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

  const Place& place_;
  const DramAddressShape& shape_;
};

/// A field that flips others must stay as it is, and have the bits.
void check_flips(const Pieces& pieces, const OrderParser& parser, const DramAddressShape& shape) {
  const auto& names = dram_field_names();
  for (const WrittenPiece& piece : pieces) {
    for (const WrittenFlip& flip : piece.flips) {
      for (const WrittenPiece& other : pieces) {
        if (other.field == flip.by && (!other.flips.empty() || other.field == piece.field)) {
          parser.fail(fmt::format("'{}' is flipped by '{}', which is flipped itself",
                                  names[piece.field], names[flip.by]));
        }
      }
      if (flip.from + piece.bits > shape.bits[flip.by]) {
        parser.fail(fmt::format("'{}' is flipped by bits {} to {} of '{}', which has {}",
                                names[piece.field], flip.from, flip.from + piece.bits - 1,
                                names[flip.by], shape.bits[flip.by]));
      }
    }
  }
}

/// Gives the piece without a number what is left of its field, and checks that every field is whole.
void resolve_sizes(Pieces& pieces, const OrderParser& parser, const DramAddressShape& shape) {
  for (std::size_t field = 0; field < dram_field_count; ++field) {
    const std::string& name = dram_field_names()[field];
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
        parser.fail(fmt::format("'{}' stands twice without a number of bits", name));
      }
    }
    if (rest != nullptr && given <= shape.bits[field]) {
      rest->bits = shape.bits[field] - given;
      given = shape.bits[field];
    }
    if (given != shape.bits[field]) {
      parser.fail(fmt::format("'{}' has {} bit{} in the map, but needs {}", name, given,
                              given == 1 ? "" : "s", shape.bits[field]));
    }
  }
}

}  // namespace

std::vector<DramAddressBit> parse_address_order(const std::string& text, const Place& place,
                                                const DramAddressShape& shape) {
  const OrderParser parser(place, shape);
  Pieces pieces = parser.parse(text);
  resolve_sizes(pieces, parser, shape);
  check_flips(pieces, parser, shape);

  std::array<std::vector<DramAddressBit>, dram_field_count> fields;
  std::uint8_t at = shape.offset_bits;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    auto& field = fields[piece->field];
    for (int i = 0; i < piece->bits; ++i, ++at) {
      field.push_back({static_cast<DramField>(piece->field),
                       static_cast<std::uint8_t>(field.size()), std::uint64_t{1} << at, place});
    }
  }
  std::array<std::size_t, dram_field_count> done{};
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    for (int i = 0; i < piece->bits; ++i) {
      DramAddressBit& bit = fields[piece->field][done[piece->field]++];
      for (const WrittenFlip& flip : piece->flips) {
        bit.address ^=
            fields[flip.by][static_cast<std::size_t>(flip.from) + static_cast<std::size_t>(i)]
                .address;
      }
    }
  }
  std::vector<DramAddressBit> result;
  for (const auto& field : fields) {
    result.insert(result.end(), field.begin(), field.end());
  }
  return result;
}

}  // namespace lacuna::memory
