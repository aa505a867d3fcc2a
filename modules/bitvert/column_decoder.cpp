// SPDX-License-Identifier: Apache-2.0
#include "bitvert/column_decoder.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "bitvert/column_decoder.cpp"  // NOLINT: compiled once per instruction set
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h includes this file again and must come first.
#include <hwy/highway.h>

#include "bitvert/column_words.h"

HWY_BEFORE_NAMESPACE();
namespace lacuna::bitvert {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

std::uint64_t decode_4(const RowColumns& row, std::int8_t* stored) {
  return decode_columns_by_words(row, 4, stored);
}
std::uint64_t decode_8(const RowColumns& row, std::int8_t* stored) {
  return decode_columns_by_words(row, 8, stored);
}
std::uint64_t decode_16(const RowColumns& row, std::int8_t* stored) {
  return decode_columns_by_words(row, 16, stored);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::FixedTag<std::uint8_t, 16>;
using Words = hn::FixedTag<std::uint64_t, 2>;
using ByteVector = hn::Vec<Bytes>;
using WordVector = hn::Vec<Words>;

/// A pass has 16 weights: one word holds the columns of weights 0..7, the other those of 8..15. Byte p of a word is the
/// column of weight 2^p.
constexpr std::size_t pass_weights = 16;

HWY_INLINE ByteVector table(const std::uint8_t (&bytes)[16]) {
  return hn::LoadU(Bytes(), bytes);
}

/// Columns as they lie in memory, 16 bits each, the first the most significant.
HWY_INLINE WordVector load_columns(const std::uint8_t* columns, unsigned width, ByteVector order) {
  const ByteVector bytes = hn::TableLookupBytes(hn::LoadU(Bytes(), columns), order);
  const WordVector present = hn::Set(Words(), ~std::uint64_t{0} << (8 * (8 - width)));
  return hn::And(hn::BitCast(Words(), bytes), present);
}

/// Exchanges bit j of byte i with bit i of byte j.
HWY_INLINE WordVector transpose(WordVector m) {
  const Words d;
  WordVector t = hn::And(hn::Xor(m, hn::ShiftRight<7>(m)), hn::Set(d, 0x00AA00AA00AA00AA));
  m = hn::Xor(m, hn::Xor(t, hn::ShiftLeft<7>(t)));
  t = hn::And(hn::Xor(m, hn::ShiftRight<14>(m)), hn::Set(d, 0x0000CCCC0000CCCC));
  m = hn::Xor(m, hn::Xor(t, hn::ShiftLeft<14>(t)));
  t = hn::And(hn::Xor(m, hn::ShiftRight<28>(m)), hn::Set(d, 0x00000000F0F0F0F0));
  return hn::Xor(m, hn::Xor(t, hn::ShiftLeft<28>(t)));
}

HWY_INLINE ByteVector minority(ByteVector ones, unsigned lanes) {
  return hn::Min(ones, hn::Sub(hn::Set(Bytes(), static_cast<std::uint8_t>(lanes)), ones));
}

/// Minority bits of a pass, as two partial sums.
template <unsigned sub_group>
HWY_INLINE WordVector effectual_lanes(WordVector words) {
  const Bytes d;
  const ByteVector columns = hn::BitCast(d, words);
  if constexpr (sub_group == 4) {
    const ByteVector nibble = hn::Set(d, 0x0F);
    const auto high = hn::BitCast(d, hn::ShiftRight<4>(words));
    return hn::SumsOf8(hn::Add(minority(hn::PopulationCount(hn::And(columns, nibble)), 4),
                               minority(hn::PopulationCount(hn::And(high, nibble)), 4)));
  } else if constexpr (sub_group == 8) {
    return hn::SumsOf8(minority(hn::PopulationCount(columns), 8));
  } else {
    const WordVector ones = hn::BitCast(Words(), hn::PopulationCount(columns));
    const WordVector exchanged = hn::Shuffle01(ones);
    const ByteVector both = hn::Add(hn::BitCast(d, ones), hn::BitCast(d, exchanged));
    return hn::SumsOf8(minority(both, 16));  // each half has the sum of both
  }
}

template <unsigned sub_group>
std::uint64_t decode(const RowColumns& row, std::int8_t* stored) {
  const Bytes bytes;
  const Words words;
  const ByteVector order = table({14, 12, 10, 8, 6, 4, 2, 0, 15, 13, 11, 9, 7, 5, 3, 1});
  const ByteVector half = table({0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8});
  const std::uint8_t* columns = row.columns;
  WordVector lanes = hn::Zero(words);
  for (std::size_t g = 0; g < row.widths.size(); ++g) {
    const unsigned width = row.widths[g];
    const unsigned redundant = row.redundant[g];
    const auto sign_at = hn::Add(half, hn::Set(bytes, static_cast<std::uint8_t>(7 - redundant)));
    const auto above = hn::Set(words, ~(~std::uint64_t{0} >> (8 * redundant)));
    for (unsigned pass = 0; pass < 2; ++pass) {
      const auto first = load_columns(columns, width, order);
      const WordVector placed = hn::ShiftRightSame(first, static_cast<int>(8 * redundant));
      lanes = hn::Add(lanes, effectual_lanes<sub_group>(placed));
      const auto signs = hn::TableLookupBytes(hn::BitCast(bytes, placed), sign_at);
      const WordVector extended = hn::Or(placed, hn::And(hn::BitCast(words, signs), above));
      hn::StoreU(hn::BitCast(bytes, transpose(extended)), bytes,
                 reinterpret_cast<std::uint8_t*>(stored));
      columns += 2 * std::size_t{width};
      stored += pass_weights;
    }
  }
  const std::uint64_t sum = hn::GetLane(hn::SumOfLanes(words, lanes));
  return sub_group == 16 ? sum / 2 : sum;
}

std::uint64_t decode_4(const RowColumns& row, std::int8_t* stored) {
  return decode<4>(row, stored);
}
std::uint64_t decode_8(const RowColumns& row, std::int8_t* stored) {
  return decode<8>(row, stored);
}
std::uint64_t decode_16(const RowColumns& row, std::int8_t* stored) {
  return decode<16>(row, stored);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::bitvert
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::bitvert {

HWY_EXPORT(decode_4);
HWY_EXPORT(decode_8);
HWY_EXPORT(decode_16);

namespace {

struct ColumnWords {
  std::uint64_t low = 0;   ///< weights 0..7
  std::uint64_t high = 0;  ///< weights 8..15
};

ColumnWords load_columns(const std::uint8_t* columns, unsigned width, unsigned redundant) {
  ColumnWords words;
  for (unsigned i = 0; i < width; ++i) {
    words.low |= std::uint64_t{columns[2 * i]} << (8 * (7 - i));
    words.high |= std::uint64_t{columns[2 * i + 1]} << (8 * (7 - i));
  }
  return {words.low >> (8 * redundant), words.high >> (8 * redundant)};
}

void store_weights(std::uint64_t columns, unsigned redundant, std::int8_t* weights) {
  const std::uint64_t sign = (columns >> (8 * (7 - redundant))) & 0xFF;
  for (unsigned i = 0; i < redundant; ++i) {
    columns |= sign << (8 * (7 - i));
  }
  const std::uint64_t values = transpose(columns);
  for (unsigned i = 0; i < 8; ++i) {
    weights[i] = static_cast<std::int8_t>(values >> (8 * i));
  }
}

}  // namespace

std::uint64_t decode_columns_by_words(const RowColumns& row, unsigned sub_group,
                                      std::int8_t* stored) {
  std::uint64_t lanes = 0;
  const std::uint8_t* columns = row.columns;
  for (std::size_t pass = 0; pass < 2 * row.widths.size(); ++pass) {
    const unsigned width = row.widths[pass / 2];
    const unsigned redundant = row.redundant[pass / 2];
    const ColumnWords words = load_columns(columns, width, redundant);
    lanes += effectual_lanes(words.low, words.high, sub_group);
    store_weights(words.low, redundant, stored);
    store_weights(words.high, redundant, stored + 8);
    columns += 2 * std::size_t{width};
    stored += 16;
  }
  return lanes;
}

std::uint64_t decode_columns(const RowColumns& row, unsigned sub_group, std::int8_t* stored) {
  switch (sub_group) {
    case 4:
      return HWY_DYNAMIC_DISPATCH(decode_4)(row, stored);
    case 8:
      return HWY_DYNAMIC_DISPATCH(decode_8)(row, stored);
    default:
      return HWY_DYNAMIC_DISPATCH(decode_16)(row, stored);
  }
}

}  // namespace lacuna::bitvert
#endif
