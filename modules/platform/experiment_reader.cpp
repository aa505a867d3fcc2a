// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/document.h"
#include "core/error.h"
#include "core/number_text.h"
#include "platform/experiment.h"
#include "platform/experiment_metrics.h"

namespace lacuna::platform {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> experiment_keys = {
    "paper",  "system", "name", "sides",  "equal",   "workloads",       "statistics",
    "energy", "area",   "set",  "ladder", "targets", "activation_loss", "published"};
const std::vector<std::string> side_keys = {"platform", "set", "equal", "reason", "area"};
const std::vector<std::string> workload_keys = {"name", "workload", "set", "sides"};

/// Reads an experiment top down and collects what is wrong with it.
class Reader {
 public:
  Reader(Diagnostics& diagnostics, fs::path folder)
      : diagnostics_(diagnostics), folder_(std::move(folder)) {}

  Experiment read(const Node& root) {
    Experiment experiment;
    if (!mapping(root, "")) {
      return experiment;
    }
    known_keys(root, experiment_keys, "");
    experiment.paper = text(root, "paper", "");
    experiment.system = text(root, "system", "");
    if (root.find("name") != nullptr) {
      experiment.name = text(root, "name", "");
    }
    read_sides(root, experiment);
    read_equal(root, experiment);
    read_workloads(root, experiment);
    read_statistics(root, experiment);
    if (root.find("energy") != nullptr) {
      if (const Node* energy = list(root, "energy")) {
        for (const Node& item : energy->items) {
          experiment.energy.push_back(item.scalar);
        }
      }
    }
    if (const Node* set = root.find("set")) {
      experiment.set = overrides(*set, "set");
    }
    read_ladder(root, experiment);
    read_area(root, experiment);
    read_targets(root, experiment);
    if (const Node* loss = root.find("activation_loss")) {
      if (mapping(*loss, "activation_loss")) {
        experiment.activation_loss = read_activation_loss(*loss, diagnostics_);
      }
    }
    if (const Node* published = root.find("published")) {
      read_published(*published, experiment);
    }
    return experiment;
  }

 private:
  bool mapping(const Node& node, const std::string& path) {
    if (!node.is_mapping()) {
      diagnostics_.add(node.place, path, "expected a mapping");
    }
    return node.is_mapping();
  }

  const Node* list(const Node& parent, const std::string& key) {
    const Node* node = parent.find(key);
    if (node == nullptr || !node->is_sequence() || node->items.empty()) {
      diagnostics_.add(node != nullptr ? node->place : parent.place, key,
                       "expected a list with at least one item");
      return nullptr;
    }
    return node;
  }

  void known_keys(const Node& node, const std::vector<std::string>& known,
                  const std::string& path) {
    for (const Node::Entry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
        diagnostics_.add(
            entry.key_place, path,
            fmt::format("unknown key '{}'{}", entry.key, suggestion(entry.key, known)));
      }
    }
  }

  std::string text(const Node& parent, const std::string& key, const std::string& path) {
    const Node* node = parent.find(key);
    if (node == nullptr || !node->is_scalar() || node->scalar.empty()) {
      diagnostics_.add(node != nullptr ? node->place : parent.place,
                       path.empty() ? key : path + "." + key, "expected a text");
      return {};
    }
    return node->scalar;
  }

  std::vector<Override> overrides(const Node& node, const std::string& path) {
    std::vector<Override> set;
    if (mapping(node, path)) {
      for (const Node::Entry& entry : node.entries) {
        set.push_back({entry.key, entry.value.scalar});
      }
    }
    return set;
  }

  std::string existing(const fs::path& file, const Place& place, const std::string& path) {
    if (!fs::exists(file)) {
      diagnostics_.add(place, path, "no such file: " + file.string());
    }
    return file.lexically_normal().string();
  }

  void read_sides(const Node& root, Experiment& experiment) {
    const Node* sides = root.find("sides");
    if (sides == nullptr || !mapping(*sides, "sides") || sides->find("base") == nullptr) {
      diagnostics_.add(sides != nullptr ? sides->place : root.place, "sides",
                       "expected a mapping of platforms with a 'base'");
      return;
    }
    for (const Node::Entry& entry : sides->entries) {
      experiment.sides[entry.key] = read_side(entry.value, "sides." + entry.key);
    }
  }

  /// A platform file's name, or a mapping of one with what is particular to the side.
  Side read_side(const Node& node, const std::string& path) {
    Side side;
    if (!node.is_mapping()) {
      side.platform = platform_path(node, path);
      return side;
    }
    known_keys(node, side_keys, path);
    const Node* platform = node.find("platform");
    if (platform == nullptr) {
      diagnostics_.add(node.place, path, "expected a 'platform'");
    } else {
      side.platform = platform_path(*platform, path);
    }
    if (const Node* set = node.find("set")) {
      side.set = overrides(*set, path + ".set");
    }
    if (const Node* equal = node.find("equal")) {
      side.equal = texts(*equal, path + ".equal");
      side.reason = text(node, "reason", path);
    }
    if (const Node* area = node.find("area")) {
      side.area = number(*area, path + ".area");
    }
    return side;
  }

  std::string platform_path(const Node& node, const std::string& path) {
    return existing(folder_ / "../../platforms" / node.scalar, node.place, path);
  }

  std::map<std::string, std::string> texts(const Node& node, const std::string& path) {
    std::map<std::string, std::string> result;
    if (mapping(node, path)) {
      for (const Node::Entry& entry : node.entries) {
        result[entry.key] = entry.value.scalar;
      }
    }
    return result;
  }

  void read_equal(const Node& root, Experiment& experiment) {
    if (const Node* equal = root.find("equal")) {
      experiment.equal = texts(*equal, "equal");
    }
  }

  /// Areas of all sides and where they are from, or none.
  void read_area(const Node& root, Experiment& experiment) {
    if (root.find("area") != nullptr) {
      experiment.area = text(root, "area", "");
    }
    for (const auto& [name, side] : experiment.sides) {
      if ((side.area != 0) == experiment.area.empty()) {
        diagnostics_.add(root.place, "sides." + name + ".area",
                         "every side states an area, and 'area' where they are from, or none does");
      }
    }
  }

  void read_workloads(const Node& root, Experiment& experiment) {
    const Node* workloads = list(root, "workloads");
    if (workloads == nullptr) {
      return;
    }
    for (const Node& item : workloads->items) {
      experiment.workloads.push_back(read_workload(item, experiment));
    }
  }

  /// `vgg16`, `{bert_base: {length: 128}}`, or a mapping with a name of its own.
  ExperimentWorkload read_workload(const Node& item, const Experiment& experiment) {
    ExperimentWorkload workload;
    std::string file = item.scalar;
    if (item.is_mapping() && item.find("workload") != nullptr) {
      known_keys(item, workload_keys, "workloads");
      file = text(item, "workload", "workloads");
      workload.name = text(item, "name", "workloads");
      if (const Node* set = item.find("set")) {
        workload.set = overrides(*set, "workloads.set");
      }
      if (const Node* sides = item.find("sides")) {
        read_workload_sides(*sides, experiment, workload);
      }
    } else if (item.is_mapping() && item.entries.size() == 1) {
      file = item.entries.front().key;
      for (const Node::Entry& knob : item.entries.front().value.entries) {
        workload.set.push_back({"workload." + knob.key, knob.value.scalar});
      }
    }
    if (workload.name.empty()) {
      workload.name = file;
    }
    workload.path =
        existing(folder_ / "../../workloads" / (file + ".yaml"), item.place, "workloads");
    return workload;
  }

  void read_workload_sides(const Node& sides, const Experiment& experiment,
                           ExperimentWorkload& workload) {
    if (!mapping(sides, "workloads.sides")) {
      return;
    }
    for (const Node::Entry& entry : sides.entries) {
      require_side(entry.key, entry.key_place, "workloads.sides", experiment);
      workload.sides[entry.key] = overrides(entry.value, "workloads.sides." + entry.key);
    }
  }

  void require_side(const std::string& name, const Place& place, const std::string& path,
                    const Experiment& experiment) {
    std::vector<std::string> names;
    for (const auto& [side, what] : experiment.sides) {
      names.push_back(side);
    }
    require_one_of(names, name, place, path, "sides");
  }

  void read_statistics(const Node& root, Experiment& experiment) {
    experiment.distributions = {"gaussian"};
    const Node* statistics = root.find("statistics");
    if (statistics == nullptr || !mapping(*statistics, "statistics")) {
      return;
    }
    known_keys(*statistics, {"weights", "seeds"}, "statistics");
    if (const Node* weights = list(*statistics, "weights")) {
      experiment.distributions.clear();
      for (const Node& item : weights->items) {
        experiment.distributions.push_back(item.scalar);
      }
    }
    if (const Node* seeds = statistics->find("seeds")) {
      experiment.seeds = static_cast<unsigned>(number(*seeds, "statistics.seeds"));
    }
  }

  double number(const Node& node, const std::string& path) {
    const auto value = whole_number<double>(node.scalar);
    if (!node.is_scalar() || !value || *value <= 0) {
      diagnostics_.add(node.place, path, "expected a number above 0");
      return 1;
    }
    return *value;
  }

  void read_ladder(const Node& root, Experiment& experiment) {
    const Node* ladder = list(root, "ladder");
    if (ladder == nullptr) {
      return;
    }
    for (const Node& item : ladder->items) {
      Rung rung;
      if (!mapping(item, "ladder")) {
        continue;
      }
      known_keys(item, {"name", "set", "draws", "quality"}, "ladder");
      rung.name = text(item, "name", "ladder");
      if (const Node* set = item.find("set")) {
        rung.set = overrides(*set, "ladder.set");
      }
      if (const Node* draws = item.find("draws")) {
        rung.all_draws = draws->scalar == "all";
        if (draws->scalar != "all" && draws->scalar != "first") {
          diagnostics_.add(draws->place, "ladder.draws", "expected all or first");
        }
      }
      if (const Node* quality = item.find("quality")) {
        rung.quality = quality->scalar == "true";
        if (quality->scalar != "true" && quality->scalar != "false") {
          diagnostics_.add(quality->place, "ladder.quality", "expected true or false");
        }
      }
      experiment.ladder.push_back(std::move(rung));
    }
  }

  void read_targets(const Node& root, Experiment& experiment) {
    const Node* targets = root.find("targets");
    if (targets == nullptr) {
      return;
    }
    for (const Node& item : targets->items) {
      if (mapping(item, "targets")) {
        read_target(item, experiment);
      }
    }
  }

  void read_published(const Node& node, Experiment& experiment) {
    experiment.published = read_published_machines(node, diagnostics_);
    if (!experiment.published.rung.empty()) {
      require_rung(experiment.published.rung, node.place, "published.rung", experiment);
      require_workload(experiment.published.workload, node.place, "published.workload", experiment);
    }
  }

  void require_rung(const std::string& name, const Place& place, const std::string& path,
                    const Experiment& experiment) {
    std::vector<std::string> names;
    for (const Rung& rung : experiment.ladder) {
      names.push_back(rung.name);
    }
    require_one_of(names, name, place, path, "rungs");
  }

  void require_workload(const std::string& name, const Place& place, const std::string& path,
                        const Experiment& experiment) {
    std::vector<std::string> names;
    for (const ExperimentWorkload& workload : experiment.workloads) {
      names.push_back(workload.name);
    }
    require_one_of(names, name, place, path, "workloads");
  }

  void require_one_of(const std::vector<std::string>& names, const std::string& name,
                      const Place& place, const std::string& path, const char* what) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      diagnostics_.add(
          place, path,
          fmt::format("'{}' is not one of the {}{}", name, what, suggestion(name, names)));
    }
  }

  void read_target(const Node& item, Experiment& experiment) {
    known_keys(item, {"metric", "mode", "over", "rung", "workload", "published", "source"},
               "targets");
    Target target;
    target.metric = text(item, "metric", "targets");
    target.mode = text(item, "mode", "targets");
    target.source = text(item, "source", "targets");
    if (const Node* published = item.find("published")) {
      target.published = number(*published, "targets.published");
    }
    const std::vector<std::string> metrics = target_metrics();
    const bool known = std::find(metrics.begin(), metrics.end(), target.metric) != metrics.end();
    if (!known) {
      diagnostics_.add(
          item.place, "targets.metric",
          fmt::format("unknown metric '{}'{}", target.metric, suggestion(target.metric, metrics)));
    }
    if (target.metric == "perf_per_stated_area_geomean" && experiment.area.empty()) {
      diagnostics_.add(item.place, "targets.metric", "no area is stated");
    }
    require_side(target.mode, item.place, "targets.mode", experiment);
    if (const Node* over = item.find("over")) {
      target.over = text(item, "over", "targets");
      require_side(target.over, item.place, "targets.over", experiment);
      if (known && is_absolute(target.metric)) {
        diagnostics_.add(over->place, "targets.over",
                         fmt::format("{} is a figure of one side, not of two", target.metric));
      }
    }
    if (const Node* rung = item.find("rung")) {
      target.rung = rung->scalar;
      if (target.rung != every_rung) {
        require_rung(target.rung, rung->place, "targets.rung", experiment);
      }
    }
    if (const Node* workload = item.find("workload")) {
      target.workload = workload->scalar;
      require_workload(target.workload, workload->place, "targets.workload", experiment);
    }
    experiment.targets.push_back(std::move(target));
  }

  Diagnostics& diagnostics_;
  fs::path folder_;
};

}  // namespace

Experiment read_experiment(const std::string& path) {
  const Node root = load_yaml(path);
  Diagnostics diagnostics;
  Experiment experiment =
      Reader(diagnostics, fs::absolute(path).parent_path().lexically_normal()).read(root);
  experiment.path = path;
  if (experiment.name.empty()) {
    experiment.name = fs::path(path).stem().string();
  }
  diagnostics.throw_if_any();
  return experiment;
}

std::multimap<std::string, std::string> find_experiments(const std::string& folder) {
  std::multimap<std::string, std::string> found;
  if (!fs::is_directory(folder)) {
    return found;
  }
  for (const auto& item : fs::directory_iterator(folder)) {
    if (item.path().extension() == ".yaml") {
      const Node root = load_yaml(item.path().string());
      const Node* system = root.find("system");
      if (system != nullptr) {
        found.emplace(system->scalar, item.path().string());
      }
    }
  }
  return found;
}

}  // namespace lacuna::platform
