// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/platform.h"
#include "platform/results.h"
#include "platform/run.h"
#include "workload/classifier.h"

namespace lacuna::platform {

/// Classifies the file's contexts with the platform's `enmc_host`, once, and verifies what came back: it
/// stands in the result like a layer. @throws Error (bad_input) when there is no such module
void run_classifier(Platform& platform, const workload::Classifier& classifier,
                    const RunOptions& options, RunResult& result);

}  // namespace lacuna::platform
