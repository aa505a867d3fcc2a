// SPDX-License-Identifier: Apache-2.0
//
// What the bodies of BitVert's array cost: cycles of the array per second of the host, on the same layer from DRAM to DRAM.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "platform/run.h"

namespace {

struct Measurement {
  double seconds = 0;
  std::uint64_t cycles = 0;
};

Measurement measure(const std::string& model) {
  using namespace lacuna::platform;
  RunOptions options;
  options.platform = LACUNA_SOURCE_DIR "/platforms/bitvert.yaml";
  options.workloads = {parse_workload_assignment(LACUNA_SOURCE_DIR "/workloads/resnet50.yaml")};
  options.layers = "layer1.0.conv1";
  options.verify = false;
  options.overrides = {parse_override("accelerator.pe_array.model=" + model)};
  const RunOutcome outcome = run(options);
  return {outcome.result.host_seconds, outcome.result.layers.at(0).array_cycles};
}

/// In a process of its own, as SystemC elaborates once. No cycles when it failed.
Measurement measure_apart(const std::string& model) {
  int ends[2];
  if (pipe(ends) != 0) {
    return {};
  }
  const pid_t child = fork();
  if (child == 0) {
    Measurement result;
    try {
      result = measure(model);
    } catch (const lacuna::Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    const bool written = write(ends[1], &result, sizeof result) == sizeof result;
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  Measurement result;
  if (read(ends[0], &result, sizeof result) != sizeof result) {
    result = {};
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

}  // namespace

int main() {
  double fast = 0;
  std::printf("layer1.0.conv1 of ResNet-50 on platforms/bitvert.yaml, 32x16 PEs\n");
  std::printf("%-10s %12s %12s %16s %10s\n", "body", "cycles", "host ms", "cycles per s",
              "of fast");
  for (const char* model : {"fast", "detailed", "rtl", "lockstep"}) {
    const Measurement result = measure_apart(model);
    if (result.cycles == 0) {
      std::printf("%-10s not in this build\n", model);
      continue;
    }
    const double rate = static_cast<double>(result.cycles) / result.seconds;
    fast = fast == 0 ? rate : fast;
    std::printf("%-10s %12llu %12.1f %16.0f %10.4f\n", model,
                static_cast<unsigned long long>(result.cycles), result.seconds * 1e3, rate,
                rate / fast);
  }
  return EXIT_SUCCESS;
}
