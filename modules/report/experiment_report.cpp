// SPDX-License-Identifier: Apache-2.0
#include "report/experiment_report.h"

#include <fmt/format.h>

#include "report/table.h"

namespace lacuna::report {

using platform::Experiment;
using platform::Measurement;
using platform::RungResult;
using platform::Target;

namespace {

const RungResult& rung_of(const Target& target, const std::vector<RungResult>& rungs) {
  for (const RungResult& rung : rungs) {
    if (rung.name == target.rung) {
      return rung;
    }
  }
  return rungs.back();
}

double metric(const Target& target, const RungResult& rung) {
  if (target.metric == "speedup_geomean") {
    return platform::speedup_geomean(rung, target.mode);
  }
  return platform::energy_geomean(rung, target.mode, target.metric == "energy_full_geomean");
}

std::string targets_table(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  Table table({"metric", "side", "rung", "source", "published", "ours", "ratio"});
  for (const Target& target : experiment.targets) {
    const RungResult& rung = rung_of(target, rungs);
    const double ours = metric(target, rung);
    table.add({target.metric, target.mode, rung.name, target.source,
               fmt::format("{:.2f}", target.published), fmt::format("{:.3f}", ours),
               fmt::format("{:.3f}", ours / target.published)});
  }
  return table.markdown();
}

std::string ladder_table(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  std::vector<std::string> header = {"rung"};
  for (const auto& [side, path] : experiment.sides) {
    if (side != "base") {
      header.insert(header.end(),
                    {side + " speedup", side + " energy (paper)", side + " energy (full)"});
    }
  }
  Table table(header);
  for (const RungResult& rung : rungs) {
    std::vector<std::string> row = {rung.name};
    for (const auto& [side, path] : experiment.sides) {
      if (side != "base") {
        row.push_back(fmt::format("{:.3f}", platform::speedup_geomean(rung, side)));
        row.push_back(fmt::format("{:.3f}", platform::energy_geomean(rung, side, false)));
        row.push_back(fmt::format("{:.3f}", platform::energy_geomean(rung, side, true)));
      }
    }
    table.add(row);
  }
  return table.markdown();
}

const Measurement* base_of(const RungResult& rung, const std::string& workload) {
  for (const Measurement& measured : rung.measurements) {
    if (measured.side == "base" && measured.workload == workload) {
      return &measured;
    }
  }
  return nullptr;
}

std::string rung_table(const RungResult& rung) {
  Table table({"workload", "side", "cycles", "speedup", "energy ratio (paper)",
               "energy ratio (full)", "busy", "fill, drain", "drain stall", "waiting in",
               "waiting out", "bound (layers)"});
  for (const Measurement& measured : rung.measurements) {
    const Measurement* base = base_of(rung, measured.workload);
    if (base == nullptr) {
      continue;
    }
    const auto share = [&](const char* cause) {
      const auto found = measured.shares.find(cause);
      return fmt::format("{:.1f} %", found == measured.shares.end() ? 0 : 100 * found->second);
    };
    table.add({measured.workload, measured.side,
               with_separators(static_cast<unsigned long long>(measured.cycles)),
               fmt::format("{:.3f}", base->time_ns / measured.time_ns),
               fmt::format("{:.3f}", base->energy_paper_pj / measured.energy_paper_pj),
               fmt::format("{:.3f}", base->energy_full_pj / measured.energy_full_pj), share("busy"),
               share("fill_and_drain"), share("drain_stall"), share("waiting_for_input"),
               share("waiting_for_output"), measured.bounds});
  }
  return table.markdown();
}

}  // namespace

std::string experiment_report(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  std::string text = fmt::format("# {}: {}\n\n## Published and ours\n\n{}\n", experiment.system,
                                 experiment.paper, targets_table(experiment, rungs));
  text +=
      "## The ladder\n\nGeometric means over the workloads, base / side. Each rung keeps what the "
      "ones above it changed.\n\n";
  text += ladder_table(experiment, rungs) + "\n";
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    text += fmt::format("## Rung {}: {}\n\n", i + 1, rungs[i].name);
    for (const platform::Override& change : experiment.ladder[i].set) {
      text += fmt::format("- `{} = {}`\n", change.path, change.value);
    }
    text += "\n" + rung_table(rungs[i]) + "\n";
  }
  return text;
}

}  // namespace lacuna::report
