// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/activation_loss.h"
#include "platform/platform_file.h"
#include "platform/published_machines.h"
#include "platform/results.h"

namespace lacuna::platform {

/// One step of an experiment's ladder: what it changes, on top of all before it.
struct Rung {
  std::string name;
  std::vector<Override> set;
  bool all_draws = true;  ///< runs every distribution and seed; otherwise the first of each
  bool quality = false;   ///< what encoders lose is measured
};

/// A machine of an experiment: a platform, and what is particular to it.
struct Side {
  std::string platform;  ///< path
  std::vector<Override> set;
  std::map<std::string, std::string> equal;  ///< resources in which it may differ, and what it has
  std::string reason;                        ///< why it differs
  double area = 0;  ///< of its computing units, as the paper states it, in any unit; 0: not stated
};

struct ExperimentWorkload {
  std::string name;
  std::string path;
  std::vector<Override> set;
  std::map<std::string, std::vector<Override>> sides;  ///< what it means for a side
};

/// As a target's rung: means over all rungs.
inline constexpr const char* every_rung = "every rung";

/// A published number.
struct Target {
  std::string metric;         ///< one of target_metrics()
  std::string mode;           ///< a side
  std::string over = "base";  ///< not of absolute metrics
  std::string rung;           ///< empty: the last rung; every_rung: the mean over all
  std::string workload;       ///< empty: all
  double published = 0;
  std::string source;
};

/// A paper's experiment, as a checked-in object (testbenches/paper/*.yaml).
struct Experiment {
  std::string path;
  std::string paper;
  std::string system;
  std::string name;  ///< of several experiments of one system: "rivals"; its file's if it says none
  std::map<std::string, Side> sides;         ///< "base" is what the others are compared with
  std::map<std::string, std::string> equal;  ///< resource -> value that every side must have
  std::vector<ExperimentWorkload> workloads;
  std::vector<std::string> distributions;  ///< of synthetic weights
  unsigned seeds = 1;
  /// Categories that the paper counts as energy; empty: what each machine's own paper counts.
  std::vector<std::string> energy;
  std::string area;           ///< where the sides' areas are stated; empty: nowhere
  std::vector<Override> set;  ///< on every rung
  std::vector<Rung> ladder;
  std::vector<Target> targets;
  ActivationLossStudy activation_loss;
  PublishedMachines published;
};

/// @throws Error (bad_input) with everything that is wrong
Experiment read_experiment(const std::string& path);

/// The experiments that stand in a folder: paths by system.
std::multimap<std::string, std::string> find_experiments(const std::string& folder);

/// What a side's encoder loses, means over a workload's layers (workload/quality.h).
struct QualityMeans {
  std::size_t layers = 0;     ///< 0: not measured
  double weight_sqnr_db = 0;  ///< of the layers that lose something
  double weight_kl = 0;
  double output_sqnr_db = 0;
  double top1_agreement = 1;
};

/// Measurements of one side on one workload at one rung, with one draw of weights.
struct Measurement {
  std::string workload;
  std::string side;
  std::string draw;  ///< distribution and seed: "gaussian-1"
  double cycles = 0;
  double time_ns = 0;
  double macs = 0;  ///< of the layers, whatever is zero
  double energy_paper_pj = 0;
  double energy_full_pj = 0;
  std::map<std::string, double> energy_pj;  ///< by category
  double weight_bytes = 0;
  double area_um2 = 0;
  double stated_area = 0;
  std::string bounds;
  std::map<std::string, double>
      shares;  ///< of the cycles: busy, fill and drain, drain stall, waiting for input, for output
  double intra_pe_idle = 0;  ///< shares of the lanes' cycles
  double inter_pe_idle = 0;
  QualityMeans quality;
  std::optional<ClassifierFigures> classifier;  ///< of a workload that is one
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

}  // namespace lacuna::platform
