// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/result_file.h"

namespace lacuna::report {

/// Side by side: cycles, speedup, energy, energy-delay product. Ratios are against results[baseline].
std::string comparison_table(const std::vector<ResultFile>& results, std::size_t baseline);

/// One row per layer: cycles on every platform, speedup, and what bounds it.
std::string layer_table(const std::vector<ResultFile>& results, std::size_t baseline);

/// The comparison as JSON, for scripts.
std::string comparison_json(const std::vector<ResultFile>& results, std::size_t baseline);

/// A run's own summary.
std::string run_summary(const ResultFile& result);

}  // namespace lacuna::report
