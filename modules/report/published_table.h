// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "platform/experiment.h"

namespace lacuna::report {

/// Markdown: machines known by published figures alone, and beside them those of the experiment's sides, simulated, where it
/// says on which rung and workload. Empty when the experiment names none.
std::string published_text(const platform::Experiment& experiment,
                           const std::vector<platform::RungResult>& rungs);

}  // namespace lacuna::report
