// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "platform/child_process.h"
#include "platform/experiment.h"
#include "workload/classifier.h"

namespace lacuna::platform {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// One child run of the ladder: what it measures and where it writes.
struct Point {
  std::size_t rung;
  std::string workload;
  std::string side;
  std::string draw;
  std::string folder;
};

/// The command line of one run: everything the rungs up to this one have set.
std::vector<std::string> arguments_of(const Experiment& experiment, std::size_t rung,
                                      const ExperimentWorkload& workload, const std::string& side,
                                      const std::string& distribution, unsigned seed,
                                      const std::string& folder, bool verify) {
  const Side& machine = experiment.sides.at(side);
  std::vector<std::string> words = {
      "run",  machine.platform, "--workload",         workload.path, "--out",
      folder, "--seed",         std::to_string(seed), "--jobs",      "1"};
  if (!workload::is_classifier(load_yaml_with_includes(workload.path))) {
    add_overrides(words, {{"workload.weights", distribution}});
  }
  add_overrides(words, experiment.set);
  add_overrides(words, machine.set);
  for (std::size_t i = 0; i <= rung; ++i) {
    add_overrides(words, experiment.ladder[i].set);
  }
  add_overrides(words, workload.set);
  if (const auto own = workload.sides.find(side); own != workload.sides.end()) {
    add_overrides(words, own->second);
  }
  if (experiment.ladder[rung].quality) {
    words.emplace_back("--quality");
  }
  if (!verify) {
    words.emplace_back("--no-verify");
  }
  return words;
}

Json read_stats(const std::string& folder) {
  std::ifstream in(fs::path(folder) / "stats.json");
  return Json::parse(in);
}

void check_equal(const Experiment& experiment, const Json& stats, const std::string& side) {
  Diagnostics diagnostics;
  std::map<std::string, std::string> demanded = experiment.sides.at(side).equal;
  demanded.insert(experiment.equal.begin(), experiment.equal.end());
  for (const auto& [resource, expected] : demanded) {
    const std::string actual = stats.at("resources").value(resource, "not reported");
    if (actual != expected) {
      Place place;
      place.file = experiment.path;
      diagnostics.add(
          place, "equal." + resource,
          fmt::format("side '{}' has {}, the experiment demands {}", side, actual, expected));
    }
  }
  diagnostics.throw_if_any();
}

/// Means over the layers; ratios of layers that lose nothing are none.
QualityMeans quality_of(const Json& layers) {
  QualityMeans means;
  std::size_t lossy_weights = 0;
  std::size_t lossy_outputs = 0;
  double agreement = 0;
  for (const Json& layer : layers) {
    if (!layer.contains("quality")) {
      continue;
    }
    const Json& quality = layer.at("quality");
    ++means.layers;
    means.weight_kl += quality.at("weight_kl").get<double>();
    agreement += quality.at("top1_agreement").get<double>();
    if (const Json& ratio = quality.at("weight_sqnr_db"); !ratio.is_null()) {
      means.weight_sqnr_db += ratio.get<double>();
      ++lossy_weights;
    }
    if (const Json& ratio = quality.at("output_sqnr_db"); !ratio.is_null()) {
      means.output_sqnr_db += ratio.get<double>();
      ++lossy_outputs;
    }
  }
  const auto mean = [](double sum, std::size_t count) {
    return sum / static_cast<double>(std::max<std::size_t>(count, 1));
  };
  means.weight_kl = mean(means.weight_kl, means.layers);
  means.top1_agreement = means.layers == 0 ? 1 : mean(agreement, means.layers);
  means.weight_sqnr_db = mean(means.weight_sqnr_db, lossy_weights);
  means.output_sqnr_db = mean(means.output_sqnr_db, lossy_outputs);
  return means;
}

/// @param categories that the paper counts, those that the machine has; empty: what the machine's own paper counts
void add_energy(const Json& energy, const std::vector<std::string>& categories,
                Measurement& measured) {
  measured.energy_full_pj = energy.at("total");
  measured.energy_paper_pj = energy.at("paper_boundary");
  for (const auto& [category, picojoules] : energy.items()) {
    if (category != "total" && category != "paper_boundary") {
      measured.energy_pj[category] = picojoules;
    }
  }
  if (!categories.empty()) {
    measured.energy_paper_pj = 0;
    for (const std::string& category : categories) {
      const auto found = measured.energy_pj.find(category);
      measured.energy_paper_pj += found == measured.energy_pj.end() ? 0 : found->second;
    }
  }
}

/// Of runs whose only layer is a classification.
std::optional<ClassifierFigures> classifier_of(const Json& layers) {
  if (layers.size() != 1 || !layers.front().contains("classifier")) {
    return std::nullopt;
  }
  const Json& json = layers.front().at("classifier");
  ClassifierFigures figures;
  figures.peak_gbps = json.at("peak_gbps");
  figures.moved_bytes = json.at("moved_bytes");
  figures.candidates = json.at("candidates");
  figures.contexts = json.at("contexts");
  figures.units = json.at("units");
  figures.static_pj = json.at("energy_pj").at("dram_static");
  figures.access_pj = json.at("energy_pj").at("dram_access");
  figures.logic_pj = json.at("energy_pj").at("logic");
  return figures;
}

Measurement measurement_of(const Json& stats, const std::vector<std::string>& energy) {
  Measurement measured;
  const Json& total = stats.at("total");
  measured.cycles = total.at("cycles");
  measured.time_ns = total.at("time_ns");
  measured.macs = total.at("macs");
  add_energy(total.at("energy_pj"), energy, measured);
  measured.weight_bytes = total.at("weight_bytes");
  measured.area_um2 = stats.at("area_um2").at("total");
  measured.quality = quality_of(stats.at("layers"));
  measured.classifier = classifier_of(stats.at("layers"));
  std::map<std::string, double> lanes;
  std::map<std::string, std::size_t> bounds;
  std::map<std::string, double> stalls;
  for (const Json& layer : stats.at("layers")) {
    ++bounds[layer.at("bound")];
    for (const auto& [cause, cycles] : layer.at("stalls").items()) {
      stalls[cause] += cycles.get<double>();
    }
    for (const auto& [use, cycles] : layer.at("lanes").items()) {
      lanes[use] += cycles.get<double>();
    }
  }
  for (const auto& [bound, layers] : bounds) {
    measured.bounds += fmt::format("{}{} {}", measured.bounds.empty() ? "" : ", ", bound, layers);
  }
  for (const auto& [cause, cycles] : stalls) {
    measured.shares[cause] = cycles / measured.cycles;
  }
  if (lanes["total"] > 0) {
    measured.intra_pe_idle = lanes["intra_pe_idle"] / lanes["total"];
    measured.inter_pe_idle = lanes["inter_pe_idle"] / lanes["total"];
  }
  return measured;
}

Error failed(const Point& point, const std::string& rung, const ChildRun& run) {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("'{}' on {} at rung '{}' ended with status {}:\n{}",
                                   point.workload, point.side, rung, run.status, run.errors);
  return Error(static_cast<Fault>(std::clamp(run.status, 1, 3)), {diagnostic});
}

/// The runs of one rung, and what each measures.
struct RungRuns {
  std::vector<Point> points;
  std::vector<ChildRun> runs;
};

RungRuns runs_of(const Experiment& experiment, std::size_t rung, const std::string& folder,
                 bool verify) {
  RungRuns result;
  const bool all = experiment.ladder[rung].all_draws;
  const std::size_t distributions = all ? experiment.distributions.size() : 1;
  const unsigned seeds = all ? experiment.seeds : 1;
  for (const ExperimentWorkload& workload : experiment.workloads) {
    for (std::size_t i = 0; i < distributions; ++i) {
      for (unsigned seed = 1; seed <= seeds; ++seed) {
        const std::string& distribution = experiment.distributions[i];
        const std::string draw = fmt::format("{}-{}", distribution, seed);
        const std::string name =
            distributions * seeds > 1 ? workload.name + "-" + draw : workload.name;
        for (const auto& [side, machine] : experiment.sides) {
          const std::string out =
              (fs::path(folder) / fmt::format("rung{}", rung + 1) / side / name).string();
          result.points.push_back({rung, workload.name, side, draw, out});
          result.runs.push_back(
              {arguments_of(experiment, rung, workload, side, distribution, seed, out, verify),
               -1,
               {}});
        }
      }
    }
  }
  return result;
}

/// @throws Error (bad_input) on a category of energy that no machine has
void check_energy(const Experiment& experiment, const std::vector<Measurement>& measurements) {
  std::set<std::string> known;
  for (const Measurement& measured : measurements) {
    for (const auto& [category, picojoules] : measured.energy_pj) {
      known.insert(category);
    }
  }
  for (const std::string& category : experiment.energy) {
    if (known.count(category) == 0) {
      Place place;
      place.file = experiment.path;
      throw input_error(place, fmt::format("energy: no machine has a category '{}'{}", category,
                                           suggestion(category, {known.begin(), known.end()})));
    }
  }
}

/// What a run wrote. @throws Error where it failed, or its machine is not equal in what must be equal
Json stats_of(const Experiment& experiment, const Point& point, const ChildRun& run) {
  if (run.status != 0) {
    throw failed(point, experiment.ladder[point.rung].name, run);
  }
  Json stats = read_stats(point.folder);
  check_equal(experiment, stats, point.side);
  return stats;
}

RungResult collect(const Experiment& experiment, std::size_t rung, const RungRuns& done) {
  RungResult result;
  result.name = experiment.ladder[rung].name;
  for (std::size_t i = 0; i < done.runs.size(); ++i) {
    const Point& point = done.points[i];
    const Json stats = stats_of(experiment, point, done.runs[i]);
    Measurement measured = measurement_of(stats, experiment.energy);
    measured.workload = point.workload;
    measured.side = point.side;
    measured.draw = point.draw;
    measured.stated_area = experiment.sides.at(point.side).area;
    result.measurements.push_back(std::move(measured));
  }
  check_energy(experiment, result.measurements);
  return result;
}

}  // namespace

std::vector<RungResult> run_experiment(
    const Experiment& experiment, const std::string& folder, unsigned jobs, bool verify,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<RungResult> results;
  std::vector<RungRuns> rungs;
  std::size_t all = 0;
  for (std::size_t rung = 0; rung < experiment.ladder.size(); ++rung) {
    rungs.push_back(runs_of(experiment, rung, folder, verify));
    all += rungs.back().runs.size();
  }
  std::size_t finished = 0;
  for (std::size_t rung = 0; rung < rungs.size(); ++rung) {
    RungRuns& runs = rungs[rung];
    const Span<ChildRun> children(runs.runs);
    // One run of every side first, so that a side that cannot be is told of before all others have run.
    const std::size_t first = rung == 0 ? experiment.sides.size() : 0;
    run_children(children.first(first), jobs,
                 [&](std::size_t done) { progress(finished + done, all); });
    for (std::size_t i = 0; i < first; ++i) {
      stats_of(experiment, runs.points[i], children[i]);
    }
    run_children(children.subspan(first), jobs,
                 [&](std::size_t done) { progress(finished + first + done, all); });
    finished += children.size();
    results.push_back(collect(experiment, rung, runs));
  }
  return results;
}

}  // namespace lacuna::platform
