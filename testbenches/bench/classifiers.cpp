// SPDX-License-Identifier: Apache-2.0
//
// What simulating a classification on ENMC DIMMs costs: processor time of the simulation alone (making a classifier and
// verifying its results are outside) and DRAM commands of all kinds per second of it.
//
//     bench_classifiers [workload]...        names of workloads; without: those that take seconds
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "platform/run.h"

namespace {

/// Commands on the channels' buses and those of ranks' own controllers.
std::uint64_t commands_of(const lacuna::platform::RunResult& result) {
  const std::set<std::string> kinds = {
      "dram.column_reads", "dram.column_writes", "dram.activates",     "dram.precharges",
      "dram.refreshes",    "dram.inside_reads",  "dram.inside_writes", "dram.instructions"};
  std::uint64_t commands = 0;
  for (const auto& statistic : result.statistics) {
    commands += kinds.count(statistic.path) != 0 ? statistic.value : 0;
  }
  return commands;
}

void measure(const std::string& workload) {
  using namespace lacuna::platform;
  RunOptions options;
  options.platform = LACUNA_SOURCE_DIR "/platforms/enmc.yaml";
  options.workloads = {
      parse_workload_assignment(LACUNA_SOURCE_DIR "/workloads/" + workload + ".yaml")};
  options.verify = false;
  options.jobs = 1;
  const RunResult result = run(options).result;
  const auto commands = static_cast<double>(commands_of(result));
  std::printf("%-18s %10.3f %12.3f %14.0f %14.0f\n", workload.c_str(),
              result.layers.at(0).time_ns * 1e-6, result.host_processor_seconds, commands,
              commands / result.host_processor_seconds);
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  std::vector<std::string> workloads(argv + 1, argv + argc);
  if (workloads.empty()) {
    workloads = {"gnmt_e32k", "lstm_w33k", "transformer_w268k", "xmlcnn_670k", "s1m"};
  }
  std::printf("%-18s %10s %12s %14s %14s\n", "workload", "simulated", "processor s", "commands",
              "commands/s");
  for (const std::string& workload : workloads) {
    std::fflush(stdout);
    const pid_t child = fork();  // SystemC elaborates once in a process
    if (child == 0) {
      int status = 0;
      try {
        measure(workload);
      } catch (const lacuna::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        status = 2;
      }
      std::fflush(stdout);
      _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
      return 2;
    }
  }
  return 0;
}
