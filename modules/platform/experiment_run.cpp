// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "platform/child_process.h"
#include "platform/experiment.h"

namespace lacuna::platform {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// One child run of the ladder: what it measures and where it writes.
struct Point {
  std::size_t rung;
  std::string workload;
  std::string side;
  std::string folder;
};

std::string side_path(const Experiment& experiment, const std::string& side) {
  return experiment.sides.at(side);
}

/// The command line of one run: everything the rungs up to this one have set.
std::vector<std::string> arguments_of(const Experiment& experiment, std::size_t rung,
                                      const ExperimentWorkload& workload, const std::string& side,
                                      const std::string& distribution, unsigned seed,
                                      const std::string& folder, bool verify) {
  std::vector<std::string> words = {"run",        side_path(experiment, side),
                                    "--workload", workload.path,
                                    "--out",      folder,
                                    "--seed",     std::to_string(seed),
                                    "--jobs",     "1"};
  add_overrides(words, {{"workload.weights", distribution}});
  add_overrides(words, experiment.set);
  for (std::size_t i = 0; i <= rung; ++i) {
    add_overrides(words, experiment.ladder[i].set);
  }
  add_overrides(words, workload.set);
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
  for (const auto& [resource, expected] : experiment.equal) {
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

Measurement measurement_of(const Json& stats) {
  Measurement measured;
  const Json& total = stats.at("total");
  measured.cycles = total.at("cycles");
  measured.time_ns = total.at("time_ns");
  measured.energy_full_pj = total.at("energy_pj").at("total");
  measured.energy_paper_pj = total.at("energy_pj").at("paper_boundary");
  std::map<std::string, std::size_t> bounds;
  std::map<std::string, double> stalls;
  for (const Json& layer : stats.at("layers")) {
    ++bounds[layer.at("bound")];
    for (const auto& [cause, cycles] : layer.at("stalls").items()) {
      stalls[cause] += cycles.get<double>();
    }
  }
  for (const auto& [bound, layers] : bounds) {
    measured.bounds += fmt::format("{}{} {}", measured.bounds.empty() ? "" : ", ", bound, layers);
  }
  for (const auto& [cause, cycles] : stalls) {
    measured.shares[cause] = cycles / measured.cycles;
  }
  return measured;
}

Error failed(const Point& point, const std::string& rung, const ChildRun& run) {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("'{}' on {} at rung '{}' ended with status {}:\n{}",
                                   point.workload, point.side, rung, run.status, run.errors);
  return Error(static_cast<Fault>(std::clamp(run.status, 1, 3)), {diagnostic});
}

template <class Value>
double geomean(const RungResult& rung, const std::string& side, Value value) {
  double logarithms = 0;
  std::size_t count = 0;
  for (const Measurement& own : rung.measurements) {
    if (own.side != side) {
      continue;
    }
    for (const Measurement& base : rung.measurements) {
      if (base.side == "base" && base.workload == own.workload) {
        logarithms += std::log(value(base) / value(own));
        ++count;
      }
    }
  }
  return count == 0 ? 0 : std::exp(logarithms / static_cast<double>(count));
}

/// The runs of one rung, and what each measures.
struct RungRuns {
  std::vector<Point> points;
  std::vector<ChildRun> runs;
};

RungRuns runs_of(const Experiment& experiment, std::size_t rung, const std::string& folder,
                 bool verify) {
  RungRuns result;
  for (const ExperimentWorkload& workload : experiment.workloads) {
    for (const auto& [side, platform] : experiment.sides) {
      for (const std::string& distribution : experiment.distributions) {
        for (unsigned seed = 1; seed <= experiment.seeds; ++seed) {
          std::string name = workload.name;
          if (experiment.distributions.size() > 1 || experiment.seeds > 1) {
            name += fmt::format("-{}-{}", distribution, seed);
          }
          const std::string out =
              (fs::path(folder) / fmt::format("rung{}", rung + 1) / side / name).string();
          result.points.push_back({rung, name, side, out});
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

RungResult collect(const Experiment& experiment, std::size_t rung, const RungRuns& done) {
  RungResult result;
  result.name = experiment.ladder[rung].name;
  for (std::size_t i = 0; i < done.runs.size(); ++i) {
    const Point& point = done.points[i];
    if (done.runs[i].status != 0) {
      throw failed(point, result.name, done.runs[i]);
    }
    const Json stats = read_stats(point.folder);
    check_equal(experiment, stats, point.side);
    Measurement measured = measurement_of(stats);
    measured.workload = point.workload;
    measured.side = point.side;
    result.measurements.push_back(std::move(measured));
  }
  return result;
}

}  // namespace

std::vector<RungResult> run_experiment(
    const Experiment& experiment, const std::string& folder, unsigned jobs, bool verify,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<RungResult> results;
  std::size_t finished = 0;
  for (std::size_t rung = 0; rung < experiment.ladder.size(); ++rung) {
    RungRuns runs = runs_of(experiment, rung, folder, verify);
    const std::size_t all = runs.runs.size() * experiment.ladder.size();
    run_children(runs.runs, jobs, [&](std::size_t done) { progress(finished + done, all); });
    finished += runs.runs.size();
    results.push_back(collect(experiment, rung, runs));
  }
  return results;
}

double speedup_geomean(const RungResult& rung, const std::string& side) {
  return geomean(rung, side, [](const Measurement& m) { return m.time_ns; });
}

double energy_geomean(const RungResult& rung, const std::string& side, bool full) {
  return geomean(rung, side, [full](const Measurement& m) {
    return full ? m.energy_full_pj : m.energy_paper_pj;
  });
}

}  // namespace lacuna::platform
