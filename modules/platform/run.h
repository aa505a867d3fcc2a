// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/platform_file.h"
#include "platform/results.h"
#include "tlm/wave_request.h"

namespace lacuna::platform {

/// A workload file and the accelerator it is for; an empty name is the only accelerator.
struct WorkloadAssignment {
  std::string accelerator;
  std::string path;
};
/// "ACCELERATOR=FILE" or "FILE".
WorkloadAssignment parse_workload_assignment(const std::string& text);

/// What `lacuna run` is asked to do.
struct RunOptions {
  std::string platform;
  std::vector<WorkloadAssignment> workloads;
  std::string layers;  ///< glob over layer names; empty: all
  std::vector<Override> overrides;
  std::vector<std::string> injections;  ///< module.buffer:byte:bit
  std::uint64_t seed = 1;
  unsigned jobs = 0;  ///< threads that prepare and verify layers; 0: one per processor
  bool verify = true;
  bool quality = false;  ///< measure what encoders lose
  bool save_outputs = false;
  bool trace = false;
  tlm::WaveRequest wave;  ///< without a file: none
  std::string command;    ///< that asks for this run, for messages
};

/// Called as layers finish: (done, all, name of the last one).
using ProgressListener =
    std::function<void(std::size_t done, std::size_t all, const std::string& what)>;

/// All that a run leaves behind.
struct RunOutcome {
  RunResult result;
  std::string effective;             ///< effective.yaml: runs the same platform again
  std::string trace;                 ///< trace.json, when asked for
  std::vector<SavedTensor> outputs;  ///< when asked for
};

/// Builds the platform, runs every layer from modelled DRAM to modelled DRAM and verifies what comes back.
/// One call per process, as SystemC elaborates once.
/// @throws Error
RunOutcome run(const RunOptions& options, const ProgressListener& progress = {});

/// What `lacuna check` found.
struct CheckOutcome {
  std::string description;
  std::vector<std::string> warnings;
};
/// Parses, validates and elaborates; runs nothing.
CheckOutcome check(const RunOptions& options);

/// Writes stats.json, layers.csv, effective.yaml and what else the outcome holds.
void write_outcome(const RunOutcome& outcome, const std::string& folder);

}  // namespace lacuna::platform
