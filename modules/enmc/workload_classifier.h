// SPDX-License-Identifier: Apache-2.0
//
// Classifiers of workload files as the DIMMs hold them: no row is stored that can be made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "enmc/classifier.h"
#include "enmc/host.h"
#include "enmc/layout.h"
#include "memory/storage.h"
#include "workload/workload_classifier.h"

namespace lacuna::enmc {

using workload::WorkloadClassifier;

/// Declares what every rank holds of a classifier: pages are made when they are read.
void declare_classifier(memory::Storage& storage, const std::shared_ptr<const ClassifierData>& data,
                        const RankLayout& layout, std::uint64_t rank_bytes);

/// Compares every result with expected_classification, or for more than `most` categories, a sixteenth
/// as many candidates, and as many categories' being candidates or not.
/// @return what the first difference is; empty if there is none
std::string find_difference(const ClassifierData& data, const RankLayout& layout,
                            const Batch& batch, const std::vector<Classification>& results,
                            std::size_t lanes, std::uint64_t most);

}  // namespace lacuna::enmc
