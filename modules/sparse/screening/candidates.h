// SPDX-License-Identifier: Apache-2.0
//
// Which categories deserve an accurate result. Lists are in ascending order of category, each once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"

namespace lacuna::sparse::screening {

/// The categories whose sum is greater than the threshold: what the Screener's comparators do.
std::vector<std::uint32_t> filter_candidates(Span<const std::int32_t> sums, std::int32_t threshold);

/// The `count` categories with the largest sums, all if there are fewer; of equal sums those with
/// lower numbers.
std::vector<std::uint32_t> top_candidates(Span<const std::int32_t> sums, std::size_t count);

/// The same of real outputs; none may be not-a-number.
std::vector<std::uint32_t> top_outputs(Span<const float> outputs, std::size_t count);

/// The highest threshold that at least `count` of the sums are greater than; for sums of several
/// contexts of a validation set, count is for all of them together. Without so many sums it is one
/// below the least of them.
std::int32_t tune_threshold(Span<const std::int32_t> sums, std::size_t count);

}  // namespace lacuna::sparse::screening
