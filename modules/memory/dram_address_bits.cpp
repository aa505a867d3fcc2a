// SPDX-License-Identifier: Apache-2.0
// Address maps as lists of bits: `bank: [13, {xor: [14, 18]}]`.
#include "memory/dram_address_bits.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/number_text.h"
#include "core/parameters_value.h"

namespace lacuna::memory {

namespace {

std::uint8_t bits_for(std::uint64_t choices) {
  std::uint8_t bits = 0;
  while ((std::uint64_t{1} << bits) < choices) {
    ++bits;
  }
  return bits;
}

/// An entry of a field's list: the XOR of address bits.
struct WrittenBit {
  std::uint64_t address = 0;
  Place place;
};

class BitListReader {
 public:
  explicit BitListReader(const DramAddressShape& shape) : shape_(shape) {}

  std::vector<DramAddressBit> read(const Node& map) {
    for (const Node::Entry& entry : map.entries) {
      read_field(entry);
    }
    std::vector<DramAddressBit> result;
    for (std::size_t field = 0; field < dram_field_count; ++field) {
      finish_field(field, map, result);
    }
    if (diagnostics_.empty()) {
      check_all_used(map, result);
    }
    diagnostics_.throw_if_any();
    return result;
  }

 private:
  void problem(const Place& place, const std::string& path, std::string message) {
    diagnostics_.add(place, path, std::move(message));
  }

  void read_field(const Node::Entry& entry) {
    const auto& names = dram_field_names();
    const std::string name = entry.key == "bank_group" ? "bankgroup" : entry.key;
    std::vector<WrittenBit> bits;
    const Node& value = entry.value;
    if (value.is_sequence()) {
      for (const Node& item : value.items) {
        read_bit(item, entry.key, bits);
      }
    } else {
      read_bit(value, entry.key, bits);
    }
    if (name == "offset") {
      check_offset(value, bits);
      return;
    }
    const auto known = std::find(names.begin(), names.end(), name);
    if (known == names.end()) {
      std::vector<std::string> all(names.begin(), names.end());
      all.emplace_back("offset");
      problem(entry.key_place, entry.key,
              fmt::format("{} is no field of an address map: expected row, column, bank, "
                          "bankgroup, rank, channel or offset{}",
                          in_quotes(entry.key), suggestion(entry.key, all)));
      return;
    }
    const auto field = static_cast<std::size_t>(known - names.begin());
    if (given_[field]) {
      problem(entry.key_place, entry.key, "stands twice");
      return;
    }
    given_[field] = &value;
    fields_[field] = std::move(bits);
  }

  /// 13, "17..32" (several), {xor: [13, 17]}, [13, 17].
  void read_bit(const Node& node, const std::string& path, std::vector<WrittenBit>& bits) {
    if (node.is_scalar()) {
      const std::size_t dots = node.scalar.find("..");
      const auto first = number(node, path, node.scalar.substr(0, dots));
      const auto last =
          dots == std::string::npos ? first : number(node, path, node.scalar.substr(dots + 2));
      if (!first || !last) {
        return;
      }
      if (*last < *first) {
        problem(node.place, path, "a range runs upwards, from the least significant bit");
        return;
      }
      for (unsigned bit = *first; bit <= *last; ++bit) {
        bits.push_back({std::uint64_t{1} << bit, node.place});
      }
      return;
    }
    const Node* list = &node;
    if (node.is_mapping()) {
      list = node.entries.size() == 1 ? node.find("xor") : nullptr;
    }
    if (list == nullptr || !list->is_sequence() || list->items.empty()) {
      problem(
          node.place, path,
          "expected the number of an address bit, a range such as '17..32', or {xor: [13, 17]}");
      return;
    }
    WrittenBit bit{0, node.place};
    for (const Node& item : list->items) {
      const auto one = number(item, path, item.is_scalar() ? item.scalar : std::string());
      if (one && (bit.address >> *one & 1U) != 0) {
        problem(item.place, path, fmt::format("address bit {} twice: they cancel out", *one));
      } else if (one) {
        bit.address |= std::uint64_t{1} << *one;
      }
    }
    bits.push_back(bit);
  }

  std::optional<unsigned> number(const Node& node, const std::string& path,
                                 const std::string& text) {
    const auto value = whole_number<unsigned>(text);
    if (!value) {
      problem(node.place, path,
              fmt::format("expected the number of an address bit, found {}", what_stands(node)));
      return std::nullopt;
    }
    if (*value >= shape_.total_bits) {
      problem(node.place, path,
              fmt::format("there is no address bit {}: addresses of this memory have bits 0 to {}",
                          *value, shape_.total_bits - 1));
      return std::nullopt;
    }
    return value;
  }

  void check_offset(const Node& node, const std::vector<WrittenBit>& bits) {
    bool right = bits.size() == shape_.offset_bits;
    for (std::size_t i = 0; right && i < bits.size(); ++i) {
      right = bits[i].address == std::uint64_t{1} << i;
    }
    if (!right) {
      problem(node.place, "offset",
              fmt::format("a burst has {} bytes: expected bits 0 to {}", 1U << shape_.offset_bits,
                          shape_.offset_bits - 1));
    }
  }

  void finish_field(std::size_t field, const Node& map, std::vector<DramAddressBit>& result) {
    std::vector<WrittenBit>& bits = fields_[field];
    const std::string& name = dram_field_names()[field];
    const std::size_t wanted = shape_.bits[field];
    const bool column = field == static_cast<std::size_t>(DramField::column);
    if (column && bits.size() == wanted + shape_.beats_bits()) {
      drop_beats(bits);
    }
    const Place& place = given_[field] == nullptr ? map.place : given_[field]->place;
    if (bits.size() != wanted) {
      const std::string whole =
          column ? fmt::format(" ({} with those within a burst)", wanted + shape_.beats_bits())
                 : std::string();
      problem(place, name,
              fmt::format("has {} bit{} in the map, but needs {}{}", bits.size(),
                          bits.size() == 1 ? "" : "s", wanted, whole));
      return;
    }
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const std::uint64_t within = (std::uint64_t{1} << shape_.offset_bits) - 1;
      if ((bits[i].address & within) != 0) {
        problem(
            bits[i].place, name,
            fmt::format("address bits 0 to {} lie within a burst of {} bytes and choose nothing",
                        shape_.offset_bits - 1, 1U << shape_.offset_bits));
      }
      result.push_back({static_cast<DramField>(field), static_cast<std::uint8_t>(i),
                        bits[i].address, bits[i].place});
    }
  }

  /// Column bits below a burst, where somebody lists those too: the beats follow each other.
  void drop_beats(std::vector<WrittenBit>& bits) {
    for (std::uint8_t i = 0; i < shape_.beats_bits(); ++i) {
      const unsigned expected = shape_.bus_bits + i;
      if (bits[i].address != std::uint64_t{1} << expected) {
        problem(bits[i].place, "column",
                fmt::format("bit {} of the column chooses a beat within a burst: expected address "
                            "bit {}",
                            i, expected));
      }
    }
    bits.erase(bits.begin(), bits.begin() + shape_.beats_bits());
  }

  void check_all_used(const Node& map, const std::vector<DramAddressBit>& bits) {
    std::uint64_t used = 0;
    for (const DramAddressBit& bit : bits) {
      used |= bit.address;
    }
    std::string unused;
    for (unsigned i = shape_.offset_bits; i < shape_.total_bits; ++i) {
      if ((used >> i & 1U) == 0) {
        unused += fmt::format("{}{}", unused.empty() ? "" : ", ", i);
      }
    }
    if (!unused.empty()) {
      problem(map.place, "",
              fmt::format("no field is chosen by address bit{} {}: addresses that differ there "
                          "would lie in one place",
                          unused.find(',') == std::string::npos ? "" : "s", unused));
    }
  }

  const DramAddressShape& shape_;
  Diagnostics diagnostics_;
  std::array<std::vector<WrittenBit>, dram_field_count> fields_;
  std::array<const Node*, dram_field_count> given_{};
};

}  // namespace

const std::array<std::string, dram_field_count>& dram_field_names() {
  static const std::array<std::string, dram_field_count> names{"channel", "rank", "bankgroup",
                                                               "bank",    "row",  "column"};
  return names;
}

DramAddressShape::DramAddressShape(const DramOrganisation& organisation, std::uint32_t channels,
                                   std::uint32_t ranks)
    : bits{bits_for(channels),
           bits_for(ranks),
           bits_for(organisation.bank_groups),
           bits_for(organisation.banks_per_group),
           bits_for(organisation.rows),
           bits_for(organisation.bursts_per_row())},
      bus_bits(bits_for(organisation.bus_bytes())),
      offset_bits(bits_for(organisation.burst_bytes())),
      total_bits(offset_bits) {
  for (const std::uint8_t each : bits) {
    total_bits = static_cast<std::uint8_t>(total_bits + each);
  }
}

std::string DramAddressBit::text() const {
  return fmt::format("{} bit {}", dram_field_names()[static_cast<std::size_t>(field)], bit);
}

std::vector<DramAddressBit> read_address_bits(const Node& map, const DramAddressShape& shape) {
  if (map.is_scalar()) {
    return parse_address_order(map.scalar, map.place, shape);
  }
  if (!map.is_mapping()) {
    throw input_error(map.place,
                      fmt::format("expected an order of fields, as 'row rank bank column "
                                  "bankgroup channel', or the address bits of each "
                                  "field, as {{bank: [13, 14], ...}}, found {}",
                                  what_stands(map)));
  }
  return BitListReader(shape).read(map);
}

}  // namespace lacuna::memory
