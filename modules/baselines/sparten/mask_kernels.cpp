// SPDX-License-Identifier: Apache-2.0
#include "baselines/sparten/mask_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "baselines/sparten/mask_kernels.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace lacuna::baselines {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of rows against one column after the other; rows that a plane does not have are zero and count nothing.
void join(const MaskPlane& weights, std::size_t rows, const MaskPlane& activations,
          std::size_t column, std::size_t columns, std::size_t chunks, unsigned floor,
          JoinCount& count) {
  const hn::CappedTag<std::uint64_t, mask_lanes> d;
  const std::size_t lanes = hn::Lanes(d);
  auto pairs = hn::Zero(d);
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    const std::uint64_t* w = weights.words + chunk * 2 * weights.stride;
    const std::uint64_t* a = activations.words + chunk * 2 * activations.stride + column;
    auto most = hn::Zero(d);
    for (std::size_t row = 0; row < rows; row += lanes) {
      const auto low = hn::LoadU(d, w + row);
      const auto high = hn::LoadU(d, w + weights.stride + row);
      for (std::size_t c = 0; c < columns; ++c) {
        const auto matches =
            hn::Add(hn::PopulationCount(hn::And(low, hn::Set(d, a[c]))),
                    hn::PopulationCount(hn::And(high, hn::Set(d, a[activations.stride + c]))));
        most = hn::Max(most, matches);
        pairs = hn::Add(pairs, matches);
      }
    }
    const std::uint64_t longest = hn::GetLane(hn::MaxOfLanes(d, most));
    count.cycles += longest > floor ? longest : floor;
  }
  count.pairs = hn::GetLane(hn::SumOfLanes(d, pairs));
}

}  // namespace HWY_NAMESPACE
}  // namespace lacuna::baselines
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace lacuna::baselines {

HWY_EXPORT(join);

JoinCount join_masks(const MaskPlane& weights, std::size_t rows, const MaskPlane& activations,
                     std::size_t column, std::size_t columns, std::size_t chunks, unsigned floor) {
  JoinCount count;
  HWY_DYNAMIC_DISPATCH(join)
  (weights, rows, activations, column, columns, chunks, floor, count);
  return count;
}

}  // namespace lacuna::baselines
#endif
