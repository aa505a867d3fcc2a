// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "platform/experiment.h"

namespace lacuna::report {

/// Whether every measurement is of a classifier.
bool is_classification(const std::vector<platform::RungResult>& rungs);

/// Speedups, what bounds them, energy and area of an experiment whose workloads are classifiers.
std::string classification_text(const platform::Experiment& experiment,
                                const std::vector<platform::RungResult>& rungs);

}  // namespace lacuna::report
