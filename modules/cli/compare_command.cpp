// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/run_arguments.h"
#include "core/blocks.h"
#include "core/error.h"
#include "platform/child_process.h"
#include "report/comparison.h"

namespace lacuna::cli {

namespace fs = std::filesystem;

namespace {

struct CompareArguments {
  RunArguments run;
  std::vector<std::string> platforms;
  std::string baseline;
  bool layer_rows = false;
};

/// Where the runs' results go: the user's folder, or one that disappears again.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& out) : keep_(!out.empty()) {
    path_ = keep_ ? fs::path(out)
                  : fs::temp_directory_path() / ("lacuna-" + std::to_string(::getpid()));
    fs::create_directories(path_);
  }
  ~WorkFolder() {
    if (!keep_) {
      std::error_code ignored;
      fs::remove_all(path_, ignored);
    }
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  bool keep_;
  fs::path path_;
};

/// One folder a platform, named as its file; a second of that name gets a number.
std::vector<std::string> folder_names(const std::vector<std::string>& platforms) {
  std::vector<std::string> names;
  for (const std::string& platform : platforms) {
    const std::string stem = fs::path(platform).stem().string();
    std::string name = stem;
    for (int n = 2; std::find(names.begin(), names.end(), name) != names.end(); ++n) {
      name = stem + "_" + std::to_string(n);
    }
    names.push_back(name);
  }
  return names;
}

/// @param words  the command and what is the child's own
platform::ChildRun child(const CompareArguments& arguments, std::vector<std::string> words) {
  const RunArguments& run = arguments.run;
  words.insert(words.end(), {"--seed", std::to_string(run.seed)});
  for (const std::string& workload : run.workloads) {
    words.insert(words.end(), {"--workload", workload});
  }
  for (const std::string& change : run.overrides) {
    words.insert(words.end(), {"--set", change});
  }
  if (!run.layers.empty()) {
    words.insert(words.end(), {"--layers", run.layers});
  }
  if (run.no_verify) {
    words.emplace_back("--no-verify");
  }
  if (run.quality) {
    words.emplace_back("--quality");
  }
  if (run.save_outputs) {
    words.emplace_back("--save-outputs");
  }
  return {std::move(words), -1, {}};
}

/// Says what the children said. @return the worst of their exit statuses
int report_errors(const std::vector<platform::ChildRun>& runs) {
  int status = 0;
  for (const platform::ChildRun& run : runs) {
    std::fputs(run.errors.c_str(), stderr);
    status = std::max(status, run.status);
  }
  return status;
}

/// What is wrong with one platform is said before another has run for minutes.
int check_all(const CompareArguments& arguments, unsigned jobs) {
  std::vector<platform::ChildRun> checks;
  for (const std::string& platform : arguments.platforms) {
    checks.push_back(child(arguments, {"check", platform}));
  }
  platform::run_children(checks, jobs);
  const bool good = std::all_of(checks.begin(), checks.end(),
                                [](const platform::ChildRun& run) { return run.status == 0; });
  return good ? 0 : report_errors(checks);  // else the runs give the warnings
}

std::size_t baseline_index(const CompareArguments& arguments,
                           const std::vector<std::string>& names) {
  if (arguments.baseline.empty()) {
    return names.size() - 1;
  }
  const auto found = std::find(names.begin(), names.end(), arguments.baseline);
  if (found == names.end()) {
    Place place;
    place.file = "--baseline " + arguments.baseline;
    throw input_error(place, "not one of the platforms" + suggestion(arguments.baseline, names));
  }
  return static_cast<std::size_t>(found - names.begin());
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
}

int execute(const CompareArguments& arguments) {
  const std::vector<std::string> names = folder_names(arguments.platforms);
  const std::size_t baseline = baseline_index(arguments, names);
  const unsigned jobs = thread_count(arguments.run.jobs);
  if (const int wrong = check_all(arguments, jobs); wrong != 0) {
    return wrong;
  }
  const WorkFolder folder(arguments.run.out);
  std::vector<platform::ChildRun> runs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    runs.push_back(child(
        arguments, {"run", arguments.platforms[i], "--out", (folder.path() / names[i]).string()}));
  }
  {
    ProgressLine line;
    line.show(0, runs.size(), "running");
    platform::run_children(runs, jobs,
                           [&](std::size_t done) { line.show(done, runs.size(), "running"); });
  }
  const int status = report_errors(runs);
  if (status > static_cast<int>(Fault::wrong_result)) {
    return status;
  }
  std::vector<report::ResultFile> results;
  for (const std::string& name : names) {
    results.push_back(report::read_result((folder.path() / name / "stats.json").string()));
    results.back().platform = name;
  }
  const std::string table = report::comparison_table(results, baseline);
  std::fputs(table.c_str(), stdout);
  if (arguments.layer_rows) {
    std::printf("\n%s", report::layer_table(results, baseline).c_str());
  }
  if (!arguments.run.out.empty()) {
    write_text(folder.path() / "comparison.json", report::comparison_json(results, baseline));
    write_text(folder.path() / "comparison.txt",
               table + "\n" + report::layer_table(results, baseline));
  }
  return status;
}

}  // namespace

void add_compare_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command = program.add_subcommand(
      "compare",
      "Run one workload on several platforms; cycles, speedup, energy, EDP side by side");
  command->add_option("platforms", arguments->platforms, "Platform files")->required();
  arguments->run.add_to(*command);
  command->add_option("--baseline", arguments->baseline,
                      "The platform that ratios refer to, by file stem; the last one if not said");
  command->add_flag("--per-layer", arguments->layer_rows, "Print a row for every layer too");
  command->add_option("--out", arguments->run.out,
                      "Folder for one result folder a platform, and comparison.{txt,json}");
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
