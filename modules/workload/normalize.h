// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"
#include "sparse/screening/special_functions.h"
#include "workload/classifier_data.h"

namespace lacuna::workload {

/// Sorts results by category and makes probabilities of the accurate ones.
/// - softmax: by the normalizer merged of what parts of a machine found, in their order; none without parts
/// - sigmoid: each by itself, parts are not looked at
/// @return values that took an exponential
std::uint64_t normalize(Classification& result, Span<const sparse::screening::SoftmaxPart> parts,
                        Normalizer normalizer);

}  // namespace lacuna::workload
