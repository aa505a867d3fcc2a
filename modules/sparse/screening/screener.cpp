// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/screener.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sparse/screening/screener.cpp"  // NOLINT: once per instruction set
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h includes this file again and must come first.
#include <cstring>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::sparse::screening {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes16 = hn::ScalableTag<std::int16_t>;
using Lanes32 = hn::RepartitionToWide<Lanes16>;

/// A 16-bit lane of packed values holds four: a shift up and an arithmetic shift down bring out one.
template <int kPlace>
HWY_INLINE hn::Vec<Lanes16> nibble(hn::Vec<Lanes16> packed) {
  return hn::ShiftRight<12>(hn::ShiftLeft<12 - 4 * kPlace>(packed));
}
template <>
HWY_INLINE hn::Vec<Lanes16> nibble<3>(hn::Vec<Lanes16> packed) {
  return hn::ShiftRight<12>(packed);
}

/// Adds the products of one vector of packed weights with its four vectors of context values.
HWY_INLINE void multiply_add(hn::Vec<Lanes16> packed, const std::int16_t* context,
                             hn::Vec<Lanes32>& sum0, hn::Vec<Lanes32>& sum1) {
  const Lanes16 d16;
  const Lanes32 d32;
  const std::size_t n = hn::Lanes(d16);
  sum0 = hn::ReorderWidenMulAccumulate(d32, nibble<0>(packed), hn::Load(d16, context), sum0, sum1);
  sum0 =
      hn::ReorderWidenMulAccumulate(d32, nibble<1>(packed), hn::Load(d16, context + n), sum0, sum1);
  sum0 = hn::ReorderWidenMulAccumulate(d32, nibble<2>(packed), hn::Load(d16, context + 2 * n), sum0,
                                       sum1);
  sum0 = hn::ReorderWidenMulAccumulate(d32, nibble<3>(packed), hn::Load(d16, context + 3 * n), sum0,
                                       sum1);
}

/// 16-bit lanes that one vector has here.
std::size_t lanes() {
  return hn::Lanes(Lanes16());
}

/// sums[row] = bias[row] + row . context, `bytes` packed bytes a row.
/// @param context  for every vector of packed bytes its four vectors, zeros behind the end
void screen_rows(const std::uint8_t* weights, std::size_t stride, std::size_t bytes,
                 const std::int16_t* context, const std::int32_t* bias, std::size_t rows,
                 std::int32_t* sums) {
  const Lanes16 d16;
  const Lanes32 d32;
  const std::size_t vector_bytes = 2 * hn::Lanes(d16);
  const std::size_t whole = bytes / vector_bytes;
  const std::size_t rest = bytes % vector_bytes;
  HWY_ALIGN std::uint8_t last[HWY_MAX_BYTES] = {};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint8_t* at = weights + row * stride;
    const std::int16_t* values = context;
    auto sum0 = hn::Zero(d32);
    auto sum1 = hn::Zero(d32);
    for (std::size_t v = 0; v < whole; ++v) {
      multiply_add(hn::LoadU(d16, reinterpret_cast<const std::int16_t*>(at)), values, sum0, sum1);
      at += vector_bytes;
      values += 2 * vector_bytes;
    }
    if (rest != 0) {
      std::memcpy(last, at, rest);
      multiply_add(hn::Load(d16, reinterpret_cast<const std::int16_t*>(last)), values, sum0, sum1);
    }
    sums[row] = bias[row] + hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum0, sum1)));
  }
}

const char* instruction_set() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::sparse::screening
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <hwy/aligned_allocator.h>

#include "core/error.h"
#include "sparse/screening/int4.h"

namespace lacuna::sparse::screening {

HWY_EXPORT(lanes);
HWY_EXPORT(screen_rows);
HWY_EXPORT(instruction_set);

namespace {

/// A context's values in the order in which screen_rows meets them: for every vector of packed
/// weights the values of its first nibbles, then of the second, third and fourth ones.
hwy::AlignedFreeUniquePtr<std::int16_t[]> spread_context(Span<const std::uint8_t> context,
                                                         std::size_t length) {
  const std::size_t lanes = HWY_DYNAMIC_DISPATCH(lanes)();
  const std::size_t values = 4 * lanes;
  const std::size_t padded = (length + values - 1) / values * values;
  auto spread = hwy::AllocateAligned<std::int16_t>(padded);
  std::fill_n(spread.get(), padded, std::int16_t{0});
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t in_vector = i % values;
    spread[i - in_vector + in_vector % 4 * lanes + in_vector / 4] = int4_at(context, i);
  }
  return spread;
}

/// Rows that stay in the first-level cache while all contexts of a batch meet them.
constexpr std::size_t block_bytes = 16384;

}  // namespace

void screen_batch(const ScreenerRows& rows, Span<const std::uint8_t> contexts, std::size_t batch,
                  Span<std::int32_t> sums) {
  const std::size_t bytes = int4_bytes(rows.length);
  const std::size_t count = rows.bias.size();
  if (rows.length == 0 || rows.length > longest_int4_dot || rows.stride < bytes ||
      (count != 0 && rows.weights.size() < (count - 1) * rows.stride + bytes) ||
      contexts.size() != batch * bytes || sums.size() != batch * count) {
    throw model_error(fmt::format(
        "screening {} rows of {} values, {} bytes apart: {} bytes of weights, {} contexts in {} "
        "bytes and {} sums do not fit",
        count, rows.length, rows.stride, rows.weights.size(), batch, contexts.size(), sums.size()));
  }
  std::vector<hwy::AlignedFreeUniquePtr<std::int16_t[]>> spread;
  for (std::size_t b = 0; b < batch; ++b) {
    spread.push_back(spread_context(contexts.subspan(b * bytes, bytes), rows.length));
  }
  const std::size_t block = std::max<std::size_t>(1, block_bytes / rows.stride);
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t here = std::min(block, count - first);
    for (std::size_t b = 0; b < batch; ++b) {
      HWY_DYNAMIC_DISPATCH(screen_rows)
      (rows.weights.data() + first * rows.stride, rows.stride, bytes, spread[b].get(),
       rows.bias.data() + first, here, sums.data() + b * count + first);
    }
  }
}

void screen(const ScreenerRows& rows, Span<const std::uint8_t> context, Span<std::int32_t> sums) {
  screen_batch(rows, context, 1, sums);
}

const char* screen_instruction_set() {
  return HWY_DYNAMIC_DISPATCH(instruction_set)();
}

}  // namespace lacuna::sparse::screening
#endif  // HWY_ONCE
