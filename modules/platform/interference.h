// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "platform/run.h"

namespace lacuna::platform {

/// Runs every workload of a finished run once more, alone on the same platform and in a process of its own, and adds to the
/// run's summary of accelerators what the company cost: `alone_time_ns` and `slowdown`, the time of all jobs over that.
/// @param idle what to set in the runs alone, so that other initiators are silent too
/// @throws Error what a run alone ended with
void measure_interference(const RunOptions& options, const std::vector<Override>& idle,
                          RunOutcome& outcome, const ProgressListener& progress = {});

}  // namespace lacuna::platform
