// SPDX-License-Identifier: Apache-2.0
#include "platform/experiment_metrics.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"

namespace lacuna::platform {

namespace {

struct Metric {
  const char* name;
  double (*cost)(const Measurement&);
  bool absolute = false;    ///< 1 / cost is a figure of its own
  bool arithmetic = false;  ///< means are
};

double operations(const Measurement& measured) {
  return 2 * measured.macs;
}

constexpr Metric metrics[] = {
    {"speedup_geomean", [](const Measurement& m) { return m.time_ns; }},
    {"speedup_mean", [](const Measurement& m) { return m.time_ns; }, false, true},
    {"streaming_geomean",
     [](const Measurement& m) {
       return m.classifier
                  ? static_cast<double>(m.classifier->moved_bytes) / m.classifier->peak_gbps
                  : 1;
     }},
    {"dram_static_geomean",
     [](const Measurement& m) { return m.classifier ? m.classifier->static_pj : 1; }},
    {"cycles_geomean", [](const Measurement& m) { return m.cycles; }},
    {"energy_geomean", [](const Measurement& m) { return m.energy_paper_pj; }},
    {"energy_full_geomean", [](const Measurement& m) { return m.energy_full_pj; }},
    {"edp_geomean", [](const Measurement& m) { return m.energy_paper_pj * m.time_ns; }},
    {"ed2_geomean", [](const Measurement& m) { return m.energy_paper_pj * m.time_ns * m.time_ns; }},
    {"perf_per_area_geomean", [](const Measurement& m) { return m.time_ns * m.area_um2; }},
    {"perf_per_stated_area_geomean",
     [](const Measurement& m) { return m.time_ns * m.stated_area; }},
    {"model_size_geomean", [](const Measurement& m) { return m.weight_bytes; }},
    {"gops_geomean", [](const Measurement& m) { return m.time_ns / operations(m); }, true},
    {"tops_per_watt_geomean",
     [](const Measurement& m) { return m.energy_paper_pj / operations(m); }, true},
    {"gops_per_mm2_geomean",
     [](const Measurement& m) { return m.time_ns * m.area_um2 * 1e-6 / operations(m); }, true},
};

const Metric& find_metric(const std::string& name) {
  for (const Metric& metric : metrics) {
    if (name == metric.name) {
      return metric;
    }
  }
  throw model_error("a metric that nobody wrote: " + name);
}

const Measurement* find(const RungResult& rung, const std::string& side, const Measurement& like) {
  for (const Measurement& candidate : rung.measurements) {
    if (candidate.side == side && candidate.workload == like.workload &&
        candidate.draw == like.draw) {
      return &candidate;
    }
  }
  return nullptr;
}

/// Of ratios, geometric or arithmetic.
struct MeanOfRatios {
  double sum = 0;
  std::size_t count = 0;
  void add(double ratio, bool arithmetic) {
    sum += arithmetic ? ratio : std::log(ratio);
    ++count;
  }
  double mean(bool arithmetic) const {
    const double mean = sum / static_cast<double>(count);
    return arithmetic ? mean : std::exp(mean);
  }
};

}  // namespace

std::vector<std::string> target_metrics() {
  std::vector<std::string> names;
  for (const Metric& metric : metrics) {
    names.emplace_back(metric.name);
  }
  return names;
}

bool is_absolute(const std::string& metric) {
  return find_metric(metric).absolute;
}

double figure_of(const Measurement& measured, const std::string& metric) {
  return 1 / find_metric(metric).cost(measured);
}

Ratio compare_sides(const RungResult& rung, const std::string& metric, const std::string& mode,
                    const std::string& over, const std::string& workload) {
  const Metric& compared = find_metric(metric);
  std::map<std::string, MeanOfRatios> draws;
  for (const Measurement& own : rung.measurements) {
    const bool wanted = own.side == mode && (workload.empty() || workload == own.workload);
    if (!wanted) {
      continue;
    }
    const Measurement* other = compared.absolute ? nullptr : find(rung, over, own);
    if (compared.absolute || other != nullptr) {
      const double against = compared.absolute ? 1 : compared.cost(*other);
      draws[own.draw].add(against / compared.cost(own), compared.arithmetic);
    }
  }
  Ratio ratio;
  MeanOfRatios all;
  for (const auto& [name, draw] : draws) {
    const double mean = draw.mean(compared.arithmetic);
    ratio.least = ratio.draws == 0 ? mean : std::min(ratio.least, mean);
    ratio.most = std::max(ratio.most, mean);
    ++ratio.draws;
    all.sum += draw.sum;
    all.count += draw.count;
  }
  ratio.mean = all.count == 0 ? 0 : all.mean(compared.arithmetic);
  return ratio;
}

RungResult all_rungs(const std::vector<RungResult>& rungs) {
  RungResult all;
  all.name = every_rung;
  for (const RungResult& rung : rungs) {
    for (Measurement measured : rung.measurements) {
      measured.draw += " " + rung.name;
      all.measurements.push_back(std::move(measured));
    }
  }
  return all;
}

}  // namespace lacuna::platform
