// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/progress.h"
#include "core/document.h"
#include "core/files.h"
#include "core/version.h"
#include "report/table.h"
#include "workload/screening_study.h"

namespace lacuna::cli {

namespace {

using workload::ScreeningStudy;
using workload::StudyRow;
using Json = nlohmann::ordered_json;

struct ScreenArguments {
  std::string workload;
  std::string out;
  std::string candidates, scale;  ///< of the workload, if given
  std::vector<std::string> set;
  std::string bits = "4";
  std::string rows = "1000000";
  std::string contexts = "16";
  std::string training = "0";
  std::string top = "5";
  std::string svd_width = "0";
  std::string svd_rows = "0";
  std::string efficiency = "1";
  bool no_svd = false;
};

std::vector<workload::Setting> settings_of(const ScreenArguments& arguments) {
  std::vector<workload::Setting> settings;
  for (const std::string& text : arguments.set) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw input_error({"--set " + text, 0, 0, {}}, "expected path=value");
    }
    settings.push_back({text.substr(0, equals), text.substr(equals + 1), "--set " + text});
  }
  if (!arguments.candidates.empty()) {
    settings.push_back(
        {"classifier.candidates", arguments.candidates, "--candidates " + arguments.candidates});
  }
  if (!arguments.scale.empty()) {
    settings.push_back({"classifier.projection", arguments.scale, "--scale " + arguments.scale});
  }
  return settings;
}

workload::ScreeningStudyParams params_of(const ScreenArguments& arguments) {
  Node node = Node::make_mapping();
  const auto set = [](Node& where, const std::string& key, const std::string& option,
                      const std::string& value) {
    Place place;
    place.file = option + " " + value;
    where.set(key, Node::make_scalar(value, place));
  };
  set(node, "bits", "--bits", arguments.bits);
  set(node, "rows", "--rows", arguments.rows);
  set(node, "contexts", "--contexts", arguments.contexts);
  set(node, "training", "--training", arguments.training);
  set(node, "top", "--top", arguments.top);
  set(node, "svd_width", "--svd-width", arguments.svd_width);
  set(node, "svd_rows", "--svd-rows", arguments.svd_rows);
  Node processor = Node::make_mapping();
  set(processor, "efficiency", "--efficiency", arguments.efficiency);
  node.set("processor", processor);
  Diagnostics diagnostics;
  auto params = read_parameters<workload::ScreeningStudyParams>(node, "", diagnostics);
  diagnostics.throw_if_any();
  params.svd = !arguments.no_svd;
  return params;
}

std::string percent(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

report::Table table_of(const ScreeningStudy& study, unsigned top) {
  report::Table table({"way", "top 1", fmt::format("top {}", top), "recall", "divergence",
                       "candidates", "MB", "M ops", "time", "bound", "speedup"});
  const double full = study.ways.front().time.seconds;
  for (const StudyRow& row : study.ways) {
    table.add({row.name, percent(row.quality.top1_agreement), percent(row.quality.topk_agreement),
               percent(row.quality.recall), fmt::format("{:.4f}", row.quality.divergence),
               fmt::format("{:.0f}", row.quality.candidates),
               fmt::format("{:.2f}", row.cost.bytes * 1e-6),
               fmt::format("{:.2f}", row.cost.operations() * 1e-6),
               fmt::format("{:.2f} us", row.time.seconds * 1e6),
               row.time.bound == sparse::screening::Bound::memory ? "memory" : "compute",
               fmt::format("{:.2f}", full / row.time.seconds)});
  }
  return table;
}

std::string heading(const ScreeningStudy& study, const ScreenArguments& arguments) {
  const auto& c = study.classifier;
  std::string text = fmt::format(
      "{}: {} categories of {} values, {} of them projected, batch {}, {}-bit screener, seed {}\n",
      study.name, report::with_separators(c.categories), c.dimension, c.projected_length(), c.batch,
      arguments.bits, c.seed);
  text +=
      study.training == 0
          ? std::string("screener declared, weights made from it")
          : fmt::format("screener learned from {} contexts of synthetic weights", study.training);
  text += fmt::format("; quality on {} others and {} categories\n", arguments.contexts,
                      report::with_separators(study.rows));
  return text;
}

Json json_of(const ScreeningStudy& study) {
  const auto& c = study.classifier;
  Json json = {{"name", study.name},
               {"version", version},
               {"categories", c.categories},
               {"dimension", c.dimension},
               {"projected", c.projected_length()},
               {"candidates", c.candidates},
               {"batch", c.batch},
               {"seed", c.seed},
               {"quality_rows", study.rows},
               {"training_contexts", study.training},
               {"svd_width", study.svd_width},
               {"threshold", study.threshold},
               {"worth_of_a_step", study.worth}};
  for (const StudyRow& row : study.ways) {
    json["ways"].push_back(
        {{"name", row.name},
         {"top1_agreement", row.quality.top1_agreement},
         {"topk_agreement", row.quality.topk_agreement},
         {"recall", row.quality.recall},
         {"divergence", row.quality.divergence},
         {"candidates", row.quality.candidates},
         {"bytes", row.cost.bytes},
         {"float_macs", row.cost.float_macs},
         {"integer_macs", row.cost.integer_macs},
         {"additions", row.cost.additions},
         {"seconds", row.time.seconds},
         {"bound", row.time.bound == sparse::screening::Bound::memory ? "memory" : "compute"},
         {"speedup", study.ways.front().time.seconds / row.time.seconds}});
  }
  return json;
}

/// Before anything takes time.
void make_folder(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed || !std::filesystem::is_directory(path)) {
    throw input_error({"--out " + path, 0, 0, {}}, "cannot make a folder of that name");
  }
}

int execute(const ScreenArguments& arguments) {
  const workload::Classifier classifier =
      workload::load_classifier(arguments.workload, settings_of(arguments));
  const workload::ScreeningStudyParams params = params_of(arguments);
  if (!arguments.out.empty()) {
    make_folder(arguments.out);
  }
  ScreeningStudy study;
  {
    ProgressLine progress;
    std::size_t done = 0;
    const std::size_t stages = params.svd ? 4 : 3;
    study = workload::study_screening(
        classifier, params, [&](const std::string& what) { progress.show(done++, stages, what); });
  }
  const report::Table table = table_of(study, params.top);
  std::fputs((heading(study, arguments) + "\n" + table.text()).c_str(), stdout);
  if (!arguments.out.empty()) {
    const std::filesystem::path folder(arguments.out);
    write_file((folder / "screening.json").string(), json_of(study).dump(2) + "\n");
    write_file((folder / "screening.md").string(),
               heading(study, arguments) + "\n" + table.markdown());
  }
  return 0;
}

}  // namespace

void add_screen_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<ScreenArguments>();
  CLI::App* command = program.add_subcommand(
      "screen",
      "Approximate screening of a classifier beside full classification: quality and cost");
  command->add_option("workload", arguments->workload, "A classifier, workloads/gnmt_e32k.yaml say")
      ->required();
  command->add_option("--candidates", arguments->candidates,
                      "Categories that get an accurate result; the workload's if not said");
  command->add_option("--scale", arguments->scale,
                      "Length of the projected context as a share of the dimension");
  command->add_option("--set", arguments->set, "classifier.batch=4, say; any key of the workload");
  const auto add = [&](const char* name, std::string& value, const char* help) {
    command->add_option(name, value, help)->capture_default_str();
  };
  add("--bits", arguments->bits, "Bits of screener weights, 2..4");
  add("--rows", arguments->rows, "Categories that quality is measured on, at most");
  add("--contexts", arguments->contexts, "Contexts that quality is measured with");
  add("--training", arguments->training,
      "Contexts to learn from; 0: eight for each projected value");
  add("--top", arguments->top, "Best categories that are compared");
  add("--svd-width", arguments->svd_width,
      "Preview width of SVD-softmax; 0: an eighth of the dimension");
  add("--svd-rows", arguments->svd_rows, "Rows that SVD-softmax completes; 0: the candidates");
  add("--efficiency", arguments->efficiency,
      "Share of the processor's memory bandwidth that is reached");
  command->add_flag("--no-svd", arguments->no_svd, "Leave SVD-softmax out");
  command->add_option("--out", arguments->out, "Folder for screening.json and screening.md");
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
