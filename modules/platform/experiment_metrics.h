// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "platform/experiment.h"

namespace lacuna::platform {

/// How much better one side is than another, or what it reaches: a mean over workloads and draws, and its spread over the draws.
struct Ratio {
  double mean = 0;
  double least = 0;  ///< of the draws' geometric means over the workloads
  double most = 0;
  std::size_t draws = 0;
};

/// What targets may compare; all are better when larger.
///     speedup_geomean            time
///     speedup_mean               the same, an arithmetic mean of ratios
///     streaming_geomean          of classifiers, bytes moved over the peak of the buses that moved them:
///                                the speedup if nothing else took time
///     dram_static_geomean        of classifiers, energy of refresh and standby
///     cycles_geomean             clocks, whatever their length
///     energy_geomean             energy in the paper's boundary
///     energy_full_geomean        energy in all
///     edp_geomean, ed2_geomean   energy (paper's boundary) times delay, times delay squared
///     perf_per_area_geomean      1 / (time x area)
///     perf_per_stated_area_geomean   the same with the areas that the experiment states
///     model_size_geomean         stored weights
/// and absolute figures of one side, an operation being half a MAC, zeros counted:
///     gops_geomean               operations per nanosecond
///     tops_per_watt_geomean      operations per picojoule (paper's boundary)
///     gops_per_mm2_geomean       the first over the area
std::vector<std::string> target_metrics();

/// Whether a metric says something of one side alone.
/// @throws Error (stuck) on a metric that is none
bool is_absolute(const std::string& metric);

/// An absolute metric of one measurement.
double figure_of(const Measurement& measured, const std::string& metric);

/// over / mode of a metric; of an absolute one mode's own figure. @param workload one of them; empty: all
/// @throws Error (stuck) on a metric that is none
Ratio compare_sides(const RungResult& rung, const std::string& metric, const std::string& mode,
                    const std::string& over, const std::string& workload = {});

/// All rungs as one whose draws they are.
RungResult all_rungs(const std::vector<RungResult>& rungs);

}  // namespace lacuna::platform
