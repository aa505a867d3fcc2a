// SPDX-License-Identifier: Apache-2.0
//
// What the units must find, from a classifier's rows alone, in the same order of rounding.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "near_memory/layout.h"
#include "workload/classifier_data.h"

namespace lacuna::near_memory {

/// Of context `context` of the batch. Units of a layout one after the other: chunks of outputs merged
/// into a softmax, then candidates one by one; then the units' parts.
workload::Classification expected_classification(const workload::ClassifierData& data,
                                                 const UnitLayout& layout, const UnitParams& params,
                                                 const workload::ClassifierBatch& batch,
                                                 std::uint32_t context);

/// Compares every result, or for more than `most` categories, a sixteenth of so many candidates and
/// categories spread evenly.
/// @return what the first difference is; empty if there is none
std::string find_difference(const UnitLayout& layout, const UnitParams& params,
                            const workload::ClassifierBatch& batch,
                            const std::vector<workload::Classification>& results,
                            std::uint64_t most);

}  // namespace lacuna::near_memory
