// SPDX-License-Identifier: Apache-2.0
//
// A classifier in a program's memory, classified on a platform of ENMC DIMMs by one call.
#pragma once

#include <vector>

#include "core/span.h"
#include "core/summary.h"
#include "core/units.h"
#include "enmc/classifier.h"
#include "platform/platform_file.h"

namespace lacuna::platform {

/// What a batch of contexts became, and what it took.
struct BatchClassification {
  std::vector<enmc::Classification> results;  ///< by context
  Time elapsed;     ///< from the host's projection to its last probability
  Summary summary;  ///< of every module, as at the top of stats.json
};

/// Builds the platform, lays the classifier out in its memory, classifies the contexts, and comes back
/// with the results. SystemC builds one machine in a process, so one call a process.
/// @param contexts  [batch, dimension]
/// @throws Error (bad_input) when the sizes do not fit each other, the platform has no enmc_host, or the
/// classifier does not fit into its ranks
BatchClassification classify(const PlatformFile& file, const enmc::EnmcClassifier& classifier,
                             Span<const float> contexts);

}  // namespace lacuna::platform
