// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/progress.h"
#include "core/blocks.h"
#include "core/error.h"
#include "platform/experiment.h"
#include "report/experiment_report.h"

namespace lacuna::cli {

namespace fs = std::filesystem;

namespace {

struct ReproduceArguments {
  std::string system = "all";
  std::string out = "out/reproduce";
  unsigned jobs = 0;
  bool no_verify = false;
};

/// testbenches/paper below the working folder, or beside the build folder that holds this program.
std::multimap<std::string, std::string> experiments() {
  std::multimap<std::string, std::string> found = platform::find_experiments("testbenches/paper");
  if (found.empty()) {
    const fs::path program = fs::read_symlink("/proc/self/exe");
    found = platform::find_experiments(
        (program.parent_path() / "../../testbenches/paper").lexically_normal().string());
  }
  return found;
}

std::vector<std::string> chosen_files(const std::string& system) {
  if (system.size() > 5 && system.rfind(".yaml") == system.size() - 5) {
    return {system};
  }
  std::vector<std::string> files;
  std::vector<std::string> names = {"all"};
  for (const auto& [name, path] : experiments()) {
    names.push_back(name);
    names.push_back(fs::path(path).stem().string());
    if (system == names.back() || system == name || system == "all") {
      files.push_back(path);
    }
  }
  if (files.empty()) {
    Place place;
    place.file = "reproduce " + system;
    throw input_error(place, "no experiment of that name" + suggestion(system, names));
  }
  return files;
}

void reproduce(const std::string& file, const ReproduceArguments& arguments) {
  const platform::Experiment experiment = platform::read_experiment(file);
  const fs::path folder = fs::path(arguments.out) / experiment.system / experiment.name;
  fs::create_directories(folder);
  const unsigned jobs = thread_count(arguments.jobs);
  std::vector<platform::RungResult> rungs;
  {
    ProgressLine line;
    rungs = platform::run_experiment(
        experiment, folder.string(), jobs, !arguments.no_verify,
        [&](std::size_t done, std::size_t all) { line.show(done, all, experiment.name); });
  }
  const std::string text = report::experiment_report(experiment, rungs);
  std::ofstream(folder / "report.md") << text;
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_reproduce_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<ReproduceArguments>();
  CLI::App* command = program.add_subcommand(
      "reproduce", "Run a paper's experiment: its number, ours, the ratio, on every rung");
  command->add_option(
      "system", arguments->system,
      "System whose experiments run (bitvert), one experiment of testbenches/paper (bbs), "
      "a file, or all");
  command->add_option("--out", arguments->out, "Folder for every run's results and report.md")
      ->capture_default_str();
  command->add_option("--jobs", arguments->jobs, "Runs at once; 0: one per processor");
  command->add_flag("--no-verify", arguments->no_verify,
                    "Do not compare outputs with the reference kernels");
  command->callback([arguments, &chosen] {
    chosen = [arguments] {
      for (const std::string& file : chosen_files(arguments->system)) {
        reproduce(file, *arguments);
      }
      return 0;
    };
  });
}

}  // namespace lacuna::cli
