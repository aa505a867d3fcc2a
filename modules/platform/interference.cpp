// SPDX-License-Identifier: Apache-2.0
#include "platform/interference.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "platform/child_process.h"

namespace lacuna::platform {

namespace fs = std::filesystem;

namespace {

/// A folder that goes when its owner does.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "lacuna-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw input_error({}, fmt::format("cannot make a folder like '{}'", pattern));
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

ChildRun run_alone(const RunOptions& options, const std::vector<Override>& idle,
                   const WorkloadAssignment& workload, const std::string& folder) {
  ChildRun run;
  run.arguments = {"run",         options.platform,
                   "--workload",  workload.accelerator + "=" + workload.path,
                   "--seed",      std::to_string(options.seed),
                   "--jobs",      "1",
                   "--no-verify", "--out",
                   folder};
  if (!options.layers.empty()) {
    run.arguments.insert(run.arguments.end(), {"--layers", options.layers});
  }
  add_overrides(run.arguments, options.overrides);
  add_overrides(run.arguments, idle);
  return run;
}

double total_time_ns(const std::string& folder) {
  std::ifstream in(fs::path(folder) / "stats.json");
  return nlohmann::json::parse(in).at("total").at("time_ns");
}

double together_time_ns(const RunResult& result, const std::string& accelerator) {
  double sum = 0;
  for (const LayerResult& layer : result.layers) {
    sum += layer.accelerator == accelerator ? layer.time_ns : 0;
  }
  return sum;
}

}  // namespace

void measure_interference(const RunOptions& options, const std::vector<Override>& idle,
                          RunOutcome& outcome, const ProgressListener& progress) {
  const TemporaryFolder folder;
  std::vector<ChildRun> runs;
  for (const WorkloadAssignment& workload : options.workloads) {
    runs.push_back(run_alone(options, idle, workload, folder.file(workload.accelerator)));
  }
  run_children(runs, options.jobs, [&](std::size_t done) {
    if (progress) {
      progress(done, runs.size(), "alone");
    }
  });
  Summary& accelerators = outcome.result.summary.part("accelerators");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string& name = options.workloads[i].accelerator;
    if (runs[i].status != 0) {
      Diagnostic diagnostic;
      diagnostic.message =
          fmt::format("'{}' alone ended with status {}:\n{}", name, runs[i].status, runs[i].errors);
      throw Error(static_cast<Fault>(std::clamp(runs[i].status, 1, 3)), {diagnostic});
    }
    const double alone = total_time_ns(folder.file(name));
    Summary& accelerator = accelerators.part(name);
    accelerator.add("alone_time_ns", alone);
    accelerator.add("slowdown", together_time_ns(outcome.result, name) / alone);
  }
}

}  // namespace lacuna::platform
