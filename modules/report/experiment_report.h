// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "platform/experiment.h"

namespace lacuna::report {

/// Markdown: the targets beside what came out, every rung's speedups and energies, and where the cycles go.
std::string experiment_report(const platform::Experiment& experiment,
                              const std::vector<platform::RungResult>& rungs);

}  // namespace lacuna::report
