// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_address_map.h"

#include <fmt/format.h>

namespace lacuna::memory {

namespace {

/// A row of a matrix over bits, and of which of the given rows it is the sum.
struct Row {
  std::uint64_t value = 0;
  std::uint64_t sum_of = 0;
};

unsigned lowest_bit(std::uint64_t value) {
  return static_cast<unsigned>(__builtin_ctzll(value));
}

/// "bank bit 0, row bit 3" of the set, without one.
std::string names_of(std::uint64_t set, const std::vector<DramAddressBit>& bits) {
  std::string text;
  for (; set != 0; set &= set - 1) {
    text += (text.empty() ? "" : ", ") + bits[lowest_bit(set)].text();
  }
  return text;
}

/// An address that the rows, reduced so far, take to nothing: with `free`, a bit in which no row has its pivot.
std::uint64_t lost_address(const std::vector<Row>& reduced, const std::vector<unsigned>& pivots,
                           unsigned free) {
  std::uint64_t address = std::uint64_t{1} << free;
  for (std::size_t i = 0; i < reduced.size(); ++i) {
    if ((reduced[i].value >> free & 1U) != 0) {
      address |= std::uint64_t{1} << pivots[i];
    }
  }
  return address;
}

/// The address that each bit of a packed location means: the inverse by Gauss and Jordan.
std::vector<std::uint64_t> invert(const std::vector<DramAddressBit>& bits,
                                  const DramAddressShape& shape) {
  std::vector<Row> reduced;  // each with a pivot that no other has
  std::vector<unsigned> pivots;
  std::size_t dependent = bits.size();
  std::uint64_t dependent_on = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    Row row{bits[i].address, std::uint64_t{1} << i};
    for (std::size_t k = 0; k < reduced.size(); ++k) {
      if ((row.value >> pivots[k] & 1U) != 0) {
        row = {row.value ^ reduced[k].value, row.sum_of ^ reduced[k].sum_of};
      }
    }
    if (row.value == 0) {
      dependent = dependent == bits.size() ? i : dependent;
      dependent_on = dependent == i ? row.sum_of & ~(std::uint64_t{1} << i) : dependent_on;
      continue;
    }
    const unsigned pivot = lowest_bit(row.value);
    for (Row& other : reduced) {
      if ((other.value >> pivot & 1U) != 0) {
        other = {other.value ^ row.value, other.sum_of ^ row.sum_of};
      }
    }
    reduced.push_back(row);
    pivots.push_back(pivot);
  }
  if (dependent != bits.size()) {
    std::uint64_t taken = (std::uint64_t{1} << shape.offset_bits) - 1;
    for (const unsigned pivot : pivots) {
      taken |= std::uint64_t{1} << pivot;
    }
    const std::uint64_t lost = lost_address(reduced, pivots, lowest_bit(~taken));
    const bool same = (dependent_on & (dependent_on - 1)) == 0;
    throw input_error(
        bits[dependent].place, dram_field_names()[static_cast<std::size_t>(bits[dependent].field)],
        fmt::format("{} is {} {}: addresses 0x0 and {:#x} would lie in one place",
                    bits[dependent].text(), same ? "the same as" : "always the XOR of",
                    names_of(dependent_on, bits), lost));
  }
  std::vector<std::uint64_t> images(bits.size());
  for (std::size_t k = 0; k < reduced.size(); ++k) {
    // Address bit pivots[k] is the XOR of these location bits.
    for (std::uint64_t left = reduced[k].sum_of; left != 0; left &= left - 1) {
      images[lowest_bit(left)] |= std::uint64_t{1} << pivots[k];
    }
  }
  return images;
}

}  // namespace

void DramAddressMap::ByteTables::fill(const std::vector<std::uint64_t>& images) {
  bytes.assign((images.size() + 7) / 8, {});
  for (std::size_t i = 0; i < images.size(); ++i) {
    auto& table = bytes[i / 8];
    const std::size_t bit = std::size_t{1} << (i % 8);
    for (std::size_t value = 0; value < table.size(); ++value) {
      table[value] ^= (value & bit) != 0 ? images[i] : 0;
    }
  }
}

DramAddressMap::DramAddressMap(const std::string& text, const DramOrganisation& organisation,
                               std::uint32_t channels, std::uint32_t ranks)
    : DramAddressMap(Node::make_scalar(text), organisation, channels, ranks) {}

DramAddressMap::DramAddressMap(const Node& map, const DramOrganisation& organisation,
                               std::uint32_t channels, std::uint32_t ranks) {
  const DramAddressShape shape(organisation, channels, ranks);
  const std::vector<DramAddressBit> bits = read_address_bits(map, shape);
  std::uint8_t shift = 0;
  for (std::size_t i = 0; i < dram_field_count; ++i) {
    shift_[i] = shift;
    mask_[i] = static_cast<std::uint32_t>((std::uint64_t{1} << shape.bits[i]) - 1);
    shift = static_cast<std::uint8_t>(shift + shape.bits[i]);
  }
  auto tables = std::make_shared<Tables>();
  tables->address.fill(invert(bits, shape));
  std::vector<std::uint64_t> images(shape.total_bits);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (std::uint64_t left = bits[i].address; left != 0; left &= left - 1) {
      images[lowest_bit(left)] |= std::uint64_t{1} << i;
    }
  }
  tables->location.fill(images);
  tables_ = std::move(tables);
  find_run(bits, shape);
}

void DramAddressMap::find_run(const std::vector<DramAddressBit>& bits,
                              const DramAddressShape& shape) {
  std::uint64_t columns = 1;
  const auto place = [&](DramField field) {
    return std::uint64_t{1} << shift_[static_cast<std::size_t>(field)];
  };
  for (unsigned i = shape.offset_bits; i < shape.total_bits; ++i) {
    const std::uint64_t address = std::uint64_t{1} << i;
    const std::uint64_t image = tables_->location.of(address);
    // An address bit that changes one bit of one field, the next one up.
    if (image == place(DramField::channel) * run_.channels &&
        run_.channels <= mask_[static_cast<std::size_t>(DramField::channel)] && run_.lanes == 1 &&
        columns == 1) {
      run_.channels *= 2;
    } else if (image == place(DramField::bank_group) * run_.lanes &&
               run_.lanes <= mask_[static_cast<std::size_t>(DramField::bank_group)] &&
               columns == 1) {
      run_.lanes *= 2;
      lanes_flip_ = lanes_flip_ || bits[lowest_bit(image)].address != address;
    } else if (image == place(DramField::column) * columns &&
               columns <= mask_[static_cast<std::size_t>(DramField::column)] &&
               bits[lowest_bit(image)].address == address) {
      columns *= 2;  // which nothing else changes: it counts upwards
    } else {
      break;
    }
    run_mask_ |= address;
  }
  run_.bursts = columns * run_.lanes * run_.channels;
}

std::uint64_t DramAddressMap::encode(const DramLocation& location) const {
  const std::array<std::uint32_t, dram_field_count> value{location.channel,    location.rank,
                                                          location.bank_group, location.bank,
                                                          location.row,        location.column};
  std::uint64_t packed = 0;
  for (std::size_t i = 0; i < dram_field_count; ++i) {
    packed |= std::uint64_t{value[i] & mask_[i]} << shift_[i];
  }
  return tables_->address.of(packed);
}

}  // namespace lacuna::memory
