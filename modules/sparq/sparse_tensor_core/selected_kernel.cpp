// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/selected_kernel.h"

// Vectors without a fixed size cannot be members of the sums.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sparq/sparse_tensor_core/selected_kernel.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::sparq {
namespace HWY_NAMESPACE {

constexpr std::size_t choice_stride = 2 * selected_positions;

#if HWY_TARGET == HWY_SCALAR

void add_windows(const std::int16_t* pairs, const SelectedWindow* windows, std::size_t count,
                 std::int32_t* totals) {
  for (std::size_t w = 0; w < count; ++w) {
    const std::int16_t* from = pairs + (w * selected_choices + windows[w].choice) * choice_stride;
    const auto first = static_cast<std::int16_t>(windows[w].weights);
    const auto second = static_cast<std::int16_t>(windows[w].weights >> 16);
    for (std::size_t p = 0; p < selected_positions; ++p) {
      const std::int32_t product = from[2 * p] * first + from[2 * p + 1] * second;
      totals[p] = static_cast<std::int32_t>(static_cast<std::uint32_t>(totals[p]) +
                                            static_cast<std::uint32_t>(product));
    }
  }
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::ScalableTag<std::int32_t>;
using Halves = hn::RepartitionToNarrow<Words>;

/// One vector of sums, in the two parts that the widening multiplication of some processors (not x86) wants.
struct Sums {
  hn::Vec<Words> low, high;

  HWY_INLINE void multiply_add(const std::int16_t* pairs, hn::Vec<Halves> weights) {
    low = hn::ReorderWidenMulAccumulate(Words(), weights, hn::LoadU(Halves(), pairs), low, high);
  }
  HWY_INLINE void add_to(std::int32_t* totals) const {
    const auto sum = hn::RearrangeToOddPlusEven(low, high);
    hn::StoreU(hn::Add(sum, hn::LoadU(Words(), totals)), Words(), totals);
  }
};

void add_windows(const std::int16_t* pairs, const SelectedWindow* windows, std::size_t count,
                 std::int32_t* totals) {
  const std::size_t lanes = hn::Lanes(Words());
  const Sums zero = {hn::Zero(Words()), hn::Zero(Words())};
  for (std::size_t p = 0; p < selected_positions; p += 4 * lanes) {
    Sums sum0 = zero;
    Sums sum1 = zero;
    Sums sum2 = zero;
    Sums sum3 = zero;
    for (std::size_t w = 0; w < count; ++w) {
      const std::int16_t* from =
          pairs + (w * selected_choices + windows[w].choice) * choice_stride + 2 * p;
      const auto weights = hn::BitCast(Halves(), hn::Set(Words(), windows[w].weights));
      sum0.multiply_add(from, weights);
      sum1.multiply_add(from + 2 * lanes, weights);
      sum2.multiply_add(from + 4 * lanes, weights);
      sum3.multiply_add(from + 6 * lanes, weights);
    }
    sum0.add_to(totals + p);
    sum1.add_to(totals + p + lanes);
    sum2.add_to(totals + p + 2 * lanes);
    sum3.add_to(totals + p + 3 * lanes);
  }
}

#endif

void make_pair(const SelectedNeighbour& a, const SelectedNeighbour& b, std::int16_t* pair) {
  for (std::size_t p = 0; p < selected_positions; ++p) {
    pair[2 * p] = static_cast<std::int16_t>((a.alone[p] & b.zero[p]) | (a.crowded[p] & ~b.zero[p]));
    pair[2 * p + 1] =
        static_cast<std::int16_t>((b.alone[p] & a.zero[p]) | (b.crowded[p] & ~a.zero[p]));
  }
}

void make_pairs(const SelectedNeighbour* x, std::int16_t* pairs) {
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j, pairs += choice_stride) {
      make_pair(x[i], x[j], pairs);
    }
  }
  for (std::size_t i = 0; i < 4; ++i, pairs += choice_stride) {
    for (std::size_t p = 0; p < selected_positions; ++p) {
      pairs[2 * p] = x[i].alone[p];
      pairs[2 * p + 1] = 0;
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::sparq
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::sparq {
namespace {

HWY_EXPORT(add_windows);
HWY_EXPORT(make_pairs);

}  // namespace

void make_selected_pairs(const SelectedNeighbour* neighbours, std::int16_t* pairs) {
  HWY_DYNAMIC_DISPATCH(make_pairs)(neighbours, pairs);
}

void add_selected_windows(const std::int16_t* pairs, const SelectedWindow* windows,
                          std::size_t count, std::int32_t* totals) {
  HWY_DYNAMIC_DISPATCH(add_windows)(pairs, windows, count, totals);
}

}  // namespace lacuna::sparq
#endif
