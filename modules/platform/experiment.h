// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "platform/platform_file.h"

namespace lacuna::platform {

/// One step of an experiment's ladder: what it changes, on top of all before it.
struct Rung {
  std::string name;
  std::vector<Override> set;
};

struct ExperimentWorkload {
  std::string name;
  std::string path;
  std::vector<Override> set;
};

/// A published number.
struct Target {
  std::string metric;  ///< speedup_geomean, energy_geomean (paper boundary), energy_full_geomean
  std::string mode;    ///< a side
  std::string rung;    ///< empty: the last rung
  double published = 0;
  std::string source;
};

/// A paper's experiment, as a checked-in object (testbenches/paper/*.yaml).
struct Experiment {
  std::string path;
  std::string paper;
  std::string system;
  std::map<std::string, std::string>
      sides;  ///< name -> platform file; "base" is what the others are compared with
  std::map<std::string, std::string> equal;  ///< resource -> value that every side must have
  std::vector<ExperimentWorkload> workloads;
  std::vector<std::string> distributions;  ///< of synthetic weights
  unsigned seeds = 1;
  std::vector<Override> set;  ///< on every rung
  std::vector<Rung> ladder;
  std::vector<Target> targets;
};

/// @throws Error (bad_input) with everything that is wrong
Experiment read_experiment(const std::string& path);

/// The experiments that stand in a folder, by system.
std::map<std::string, std::string> find_experiments(const std::string& folder);

/// Measurements of one side on one workload at one rung.
struct Measurement {
  std::string workload;
  std::string side;
  double cycles = 0;
  double time_ns = 0;
  double energy_paper_pj = 0;
  double energy_full_pj = 0;
  std::string bounds;
  std::map<std::string, double>
      shares;  ///< of the cycles: busy, fill and drain, drain stall, waiting for input, for output
};

struct RungResult {
  std::string name;
  std::vector<Measurement> measurements;
};

/// Runs the whole ladder, each run in a child process, at most `jobs` at once; results go to `folder`.
/// @throws Error (bad_input) where the sides are not equal in what must be equal
std::vector<RungResult> run_experiment(
    const Experiment& experiment, const std::string& folder, unsigned jobs, bool verify,
    const std::function<void(std::size_t, std::size_t)>& progress);

/// Geometric mean over the workloads of base / side.
double speedup_geomean(const RungResult& rung, const std::string& side);
double energy_geomean(const RungResult& rung, const std::string& side, bool full);

}  // namespace lacuna::platform
