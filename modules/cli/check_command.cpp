// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/run_arguments.h"
#include "platform/run.h"

namespace lacuna::cli {

void add_check_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = program.add_subcommand(
      "check", "Parse, validate and elaborate a platform (and a workload); run nothing");
  arguments->add_platform(*command);
  arguments->add_to(*command);
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      const platform::CheckOutcome outcome = platform::check(arguments->options());
      std::fputs(outcome.description.c_str(), stdout);
      for (const std::string& warning : outcome.warnings) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
      }
      return 0;
    };
  });
}

}  // namespace lacuna::cli
