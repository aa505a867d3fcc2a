// SPDX-License-Identifier: Apache-2.0
#include "report/classification_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/experiment_metrics.h"
#include "report/table.h"

namespace lacuna::report {

namespace {

using platform::Experiment;
using platform::Measurement;
using platform::RungResult;

const Measurement* measurement_of(const RungResult& rung, const std::string& side,
                                  const std::string& workload) {
  for (const Measurement& measured : rung.measurements) {
    if (measured.side == side && measured.workload == workload) {
      return &measured;
    }
  }
  return nullptr;
}

std::vector<std::string> with_sides(std::vector<std::string> header, const Experiment& experiment) {
  for (const auto& [name, side] : experiment.sides) {
    if (name != "base") {
      header.push_back(name);
    }
  }
  return header;
}

/// Base / side of a metric, a row a workload and rung, then the means.
std::string ratios_by_workload(const Experiment& experiment, const std::vector<RungResult>& rungs,
                               const std::string& metric) {
  Table table(with_sides({"workload", "rung"}, experiment));
  const auto add = [&](const std::string& workload, const RungResult& rung,
                       const std::string& which) {
    std::vector<std::string> row = {workload.empty() ? "all" : workload, rung.name};
    for (const auto& [name, side] : experiment.sides) {
      if (name != "base") {
        row.push_back(fmt::format(
            "{:.2f}", platform::compare_sides(rung, which, name, "base", workload).mean));
      }
    }
    table.add(row);
  };
  for (const platform::ExperimentWorkload& workload : experiment.workloads) {
    for (const RungResult& rung : rungs) {
      add(workload.name, rung, metric);
    }
  }
  for (const RungResult& rung : rungs) {
    add("", rung, metric);
  }
  add("", platform::all_rungs(rungs), metric);
  return table.markdown();
}

/// What each run moved, how fast, and what limited it.
std::string runs_table(const std::vector<RungResult>& rungs) {
  Table table({"workload", "rung", "side", "us", "moved MB", "GB/s", "peak GB/s", "share of peak",
               "candidates a context", "bound"});
  for (const RungResult& rung : rungs) {
    for (const Measurement& measured : rung.measurements) {
      const platform::ClassifierFigures& figures = *measured.classifier;
      const auto bytes = static_cast<double>(figures.moved_bytes);
      const double gbps = bytes / measured.time_ns;
      table.add({measured.workload, rung.name, measured.side,
                 fmt::format("{:.1f}", measured.time_ns * 1e-3),
                 fmt::format("{:.2f}", bytes * 1e-6), fmt::format("{:.1f}", gbps),
                 fmt::format("{:.1f}", figures.peak_gbps),
                 fmt::format("{:.0f} %", 100 * gbps / figures.peak_gbps),
                 figures.candidates == 0 ? std::string("-")
                                         : with_separators(figures.candidates / figures.contexts),
                 measured.bounds.substr(0, measured.bounds.find(' '))});
    }
  }
  return table.markdown();
}

/// Means over workloads and rungs of each side's energy, in microjoules a context.
std::string energy_split(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  Table table({"side", "DRAM static", "DRAM access", "logic", "total"});
  for (const auto& [name, side] : experiment.sides) {
    double sums[3] = {0, 0, 0};
    double runs = 0;
    for (const RungResult& rung : rungs) {
      for (const Measurement& measured : rung.measurements) {
        if (measured.side == name) {
          const platform::ClassifierFigures& figures = *measured.classifier;
          const double scale = 1e-6 / figures.contexts;
          sums[0] += figures.static_pj * scale;
          sums[1] += figures.access_pj * scale;
          sums[2] += figures.logic_pj * scale;
          runs += 1;
        }
      }
    }
    const auto text = [&](double sum) { return fmt::format("{:.1f}", sum / runs); };
    table.add(
        {name, text(sums[0]), text(sums[1]), text(sums[2]), text(sums[0] + sums[1] + sums[2])});
  }
  return table.markdown();
}

/// Of one unit: area as the technology file has it, and power of its logic while it works.
std::string area_and_power(const Experiment& experiment, const std::vector<RungResult>& rungs) {
  Table table({"side", "units", "mm2 a unit", "mW a unit, logic, over the run"});
  const RungResult& rung = rungs.front();
  const std::string& workload = experiment.workloads.front().name;
  for (const auto& [name, side] : experiment.sides) {
    const Measurement* measured = measurement_of(rung, name, workload);
    if (measured == nullptr || measured->area_um2 == 0) {
      continue;
    }
    const platform::ClassifierFigures& figures = *measured->classifier;
    table.add({name, std::to_string(figures.units),
               fmt::format("{:.3f}", measured->area_um2 * 1e-6 / figures.units),
               fmt::format("{:.1f}", figures.logic_pj / measured->time_ns / figures.units)});
  }
  return fmt::format("On {}, {}:\n\n", workload, rung.name) + table.markdown();
}

}  // namespace

bool is_classification(const std::vector<RungResult>& rungs) {
  for (const RungResult& rung : rungs) {
    for (const Measurement& measured : rung.measurements) {
      if (!measured.classifier) {
        return false;
      }
    }
  }
  return !rungs.empty();
}

std::string classification_text(const Experiment& experiment,
                                const std::vector<RungResult>& rungs) {
  std::string text =
      "The ceiling is the speedup if nothing took time but moving the bytes that each side moved, "
      "each at the peak of its buses. Where the base is bound by memory, the ratio is also the "
      "share "
      "of its bandwidth that the base would have to be content with for both to be equal.\n\n";
  text += "## Speedup over the base\n\nMeans are geometric.\n\n" +
          ratios_by_workload(experiment, rungs, "speedup_geomean") + "\n";
  text += "## Ceilings\n\n" + ratios_by_workload(experiment, rungs, "streaming_geomean") + "\n";
  text += "## Runs\n\n" + runs_table(rungs) + "\n";
  text +=
      "## Energy\n\nIn uJ a context, means over workloads and rungs. Static is refresh and "
      "standby; "
      "access is commands, data and pins; logic is everything beside the devices. A processor's "
      "own "
      "energy is not modelled.\n\n" +
      energy_split(experiment, rungs) + "\n";
  text += "## Area and power\n\n" + area_and_power(experiment, rungs);
  return text;
}

}  // namespace lacuna::report
