// SPDX-License-Identifier: Apache-2.0
#include "sparse/bbs_batch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sparse/bbs_batch.cpp"  // NOLINT: compiled once per instruction set
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h includes this file again and must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::sparse {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes16 = hn::ScalableTag<std::int16_t>;
using Lanes32 = hn::RepartitionToWide<Lanes16>;
using Lanes8 = hn::Rebind<std::int8_t, Lanes16>;

/// Room for the largest group plus the widest vector of any instruction set.
constexpr std::size_t padded_group = max_group + HWY_MAX_BYTES / sizeof(std::int16_t);

/// A group widened to 16 bits; lanes beyond its end are masked out of the error.
struct WideGroup {
  HWY_ALIGN std::int16_t weights[padded_group];
  HWY_ALIGN std::int16_t mask[padded_group];
  std::size_t vectors = 0;
  std::size_t length = 0;

  void resize(std::size_t n) {
    if (n == length) {
      return;
    }
    for (std::size_t i = 0; i < padded_group; ++i) {
      mask[i] = i < n ? -1 : 0;
      weights[i] = 0;
    }
    const std::size_t lanes = hn::Lanes(Lanes16());
    vectors = (n + lanes - 1) / lanes;
    length = n;
  }
};

/// How magnitudes round when z of their columns are zero: (magnitude + bias) & keep, at most `cap`.
struct Rounding {
  std::int16_t bias;
  std::int16_t keep;
  std::int16_t cap;
  std::int8_t low;
};

struct RoundingTable {
  Rounding by_zero_columns[weight_bits];

  explicit RoundingTable(unsigned columns) {
    for (unsigned zero = 0; zero < weight_bits; ++zero) {
      const unsigned low = columns > zero ? columns - zero : 0;
      const int unit = 1 << low;
      const int largest = low == 0 ? 127 : ((1 << (weight_bits - 1 - columns)) - 1) << low;
      by_zero_columns[zero] = {static_cast<std::int16_t>(low == 0 ? 0 : unit / 2 - 1),
                               static_cast<std::int16_t>(-unit), static_cast<std::int16_t>(largest),
                               static_cast<std::int8_t>(low)};
    }
  }
};

/// Squared error of a group shifted by `offset`, masked lanes left out. With t = w + offset the
/// reconstructed weight differs from w by |rounded(min(|t|, 127))| - |t|, because rounding and
/// clipping keep the sign.
HWY_INLINE std::uint32_t shifted_error(const WideGroup& group, int offset,
                                       const Rounding& rounding) {
  const Lanes16 d16;
  const Lanes32 d32;
  const auto shift = hn::Set(d16, static_cast<std::int16_t>(offset));
  const auto bias = hn::Set(d16, rounding.bias);
  const auto keep = hn::Set(d16, rounding.keep);
  const auto cap = hn::Set(d16, rounding.cap);
  const auto limit = hn::Set(d16, std::int16_t{127});
  auto low_sum = hn::Zero(d32);
  auto high_sum = hn::Zero(d32);
  for (std::size_t v = 0; v < group.vectors; ++v) {
    const std::size_t at = v * hn::Lanes(d16);
    const auto exact = hn::Abs(hn::Add(hn::Load(d16, group.weights + at), shift));
    const auto biased = hn::Add(hn::Min(exact, limit), bias);
    const auto rounded = hn::Min(hn::And(biased, keep), cap);
    const auto error = hn::And(hn::Sub(rounded, exact), hn::Load(d16, group.mask + at));
    low_sum = hn::ReorderWidenMulAccumulate(d32, error, error, low_sum, high_sum);
  }
  const auto total = hn::SumOfLanes(d32, hn::Add(low_sum, high_sum));
  return static_cast<std::uint32_t>(hn::GetLane(total));
}

/// Zero columns of a group whose shifted weights reach from `least` to `greatest`.
HWY_INLINE unsigned zero_columns(int least, int greatest) {
  int largest = greatest > -least ? greatest : -least;
  largest = largest > 127 ? 127 : largest;
  return largest == 0 ? 7
                      : static_cast<unsigned>(__builtin_clz(static_cast<unsigned>(largest))) - 25;
}

CompressedGroup shift_one(const RoundingTable& table, int limit, const std::int8_t* weights,
                          std::size_t length, WideGroup& wide, std::int16_t* reconstructed) {
  wide.resize(length);
  int least = 127;
  int greatest = -128;
  for (std::size_t i = 0; i < length; ++i) {
    const std::int16_t weight = weights[i];
    wide.weights[i] = weight;
    least = weight < least ? weight : least;
    greatest = weight > greatest ? weight : greatest;
  }
  int best = -limit;
  std::uint32_t best_error = ~std::uint32_t{0};
  for (int offset = -limit; offset < limit && best_error != 0; ++offset) {
    const unsigned zero = zero_columns(least + offset, greatest + offset);
    const std::uint32_t error = shifted_error(wide, offset, table.by_zero_columns[zero]);
    if (error < best_error) {
      best_error = error;
      best = offset;
    }
  }
  const unsigned zero = zero_columns(least + best, greatest + best);
  const Rounding& rounding = table.by_zero_columns[zero];
  for (std::size_t i = 0; i < length; ++i) {
    const int shifted = wide.weights[i] + best;
    int magnitude = shifted < 0 ? -shifted : shifted;
    magnitude = ((magnitude > 127 ? 127 : magnitude) + rounding.bias) & rounding.keep;
    magnitude = magnitude > rounding.cap ? rounding.cap : magnitude;
    reconstructed[i] = static_cast<std::int16_t>((shifted < 0 ? -magnitude : magnitude) - best);
  }
  return {{static_cast<std::int8_t>(zero), rounding.low, static_cast<std::int8_t>(best)},
          best_error};
}

CompressedGroup average_one(unsigned columns, const std::int8_t* weights, std::size_t length,
                            std::int16_t* reconstructed) {
  if (length == 0) {
    return {};
  }
  // A weight's bits that differ from its sign, over the group: the top one ends the redundant
  // columns.
  int differing = 0;
  for (std::size_t i = 0; i < length; ++i) {
    differing |= weights[i] ^ (weights[i] >> 7);
  }
  unsigned redundant = 7;
  for (; differing != 0; differing >>= 1) {
    --redundant;
  }
  redundant = redundant > max_redundant_columns ? max_redundant_columns : redundant;
  const unsigned low = columns > redundant ? columns - redundant : 0;
  const int mask = (1 << low) - 1;
  int sum = 0;
  for (std::size_t i = 0; i < length; ++i) {
    sum += weights[i] & mask;
  }
  const int count = static_cast<int>(length);
  int average = sum / count;
  const int twice_rest = 2 * (sum % count);
  average += twice_rest > count || (twice_rest == count && average % 2 != 0) ? 1 : 0;
  std::uint32_t squares = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const int error = average - (weights[i] & mask);
    reconstructed[i] = static_cast<std::int16_t>(weights[i] + error);
    squares += static_cast<std::uint32_t>(error * error);
  }
  return {{static_cast<std::int8_t>(redundant), static_cast<std::int8_t>(low),
           static_cast<std::int8_t>(average)},
          squares};
}

std::uint64_t compress_all(const BbsPruning& pruning, const GroupCut& cut,
                           const std::int8_t* weights, std::int16_t* reconstructed,
                           GroupMetadata* metadata) {
  const RoundingTable table(pruning.columns);
  const int limit = 1 << (pruning.constant_bits - 1);
  const std::size_t groups = cut.groups_per_row();
  WideGroup wide;
  std::uint64_t squared_error = 0;
  for (std::size_t row = 0; row < cut.rows; ++row) {
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t at = row * cut.row_length + g * cut.group;
      const std::size_t length = cut.length(g);
      const CompressedGroup result =
          pruning.method == BbsMethod::rounded_averaging
              ? average_one(pruning.columns, weights + at, length, reconstructed + at)
              : shift_one(table, limit, weights + at, length, wide, reconstructed + at);
      metadata[row * groups + g] = result.metadata;
      squared_error += result.squared_error;
    }
  }
  return squared_error;
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::sparse
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::sparse {

HWY_EXPORT(compress_all);

std::uint64_t compress_groups(const BbsPruning& pruning, const GroupCut& cut,
                              Span<const std::int8_t> weights, Span<std::int16_t> reconstructed,
                              Span<GroupMetadata> metadata) {
  check(pruning);
  if (cut.group == 0 || cut.group > max_group) {
    throw input_error({}, "group", fmt::format("{} is not in 1..{}", cut.group, max_group));
  }
  if (weights.size() != cut.weights() || reconstructed.size() != cut.weights() ||
      metadata.size() != cut.groups()) {
    throw model_error(fmt::format("{} weights in {} groups do not fit buffers of {}, {} and {}",
                                  cut.weights(), cut.groups(), weights.size(), reconstructed.size(),
                                  metadata.size()));
  }
  return HWY_DYNAMIC_DISPATCH(compress_all)(pruning, cut, weights.data(), reconstructed.data(),
                                            metadata.data());
}

}  // namespace lacuna::sparse
#endif  // HWY_ONCE
