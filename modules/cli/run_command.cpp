// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/run_arguments.h"
#include "platform/interference.h"
#include "platform/run.h"
#include "report/comparison.h"
#include "report/summary_text.h"

namespace lacuna::cli {

namespace {

int execute(const RunArguments& arguments) {
  const platform::RunOptions options = arguments.options();
  ProgressLine line;
  const platform::ProgressListener show = [&line](std::size_t done, std::size_t all,
                                                  const std::string& what) {
    line.show(done, all, what);
  };
  platform::RunOutcome outcome = platform::run(options, show);
  if (arguments.interference) {
    platform::measure_interference(options, arguments.idle_overrides(), outcome, show);
  }
  if (!arguments.out.empty()) {
    platform::write_outcome(outcome, arguments.out);
  }
  const platform::RunResult& result = outcome.result;
  if (!result.layers.empty()) {
    std::fputs(
        report::run_summary(report::parse_result(platform::to_json(result), "stats.json")).c_str(),
        stdout);
  }
  if (result.layers.empty() || arguments.workloads.size() > 1) {
    std::fputs(report::summary_text(result.summary).c_str(), stdout);
  }
  for (const std::string& warning : result.warnings) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  int status = 0;
  for (const platform::LayerResult& layer : result.layers) {
    if (layer.checked && !layer.verified) {
      std::fprintf(stderr, "%s\n", layer.mismatch.c_str());
      status = 1;
    }
  }
  return status;
}

}  // namespace

void add_run_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command =
      program.add_subcommand("run", "Run a workload on a platform and verify every output bit");
  arguments->add_platform(*command);
  arguments->add_to(*command);
  arguments->add_interference(*command);
  arguments->add_wave(*command);
  command->add_option("--out", arguments->out,
                      "Result folder: stats.json, layers.csv, effective.yaml");
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
