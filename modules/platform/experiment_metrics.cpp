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
  bool absolute = false;  ///< 1 / cost is a figure of its own
};

double operations(const Measurement& measured) {
  return 2 * measured.macs;
}

constexpr Metric metrics[] = {
    {"speedup_geomean", [](const Measurement& m) { return m.time_ns; }},
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

struct Logarithms {
  double sum = 0;
  std::size_t count = 0;
  double geomean() const { return std::exp(sum / static_cast<double>(count)); }
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
  std::map<std::string, Logarithms> draws;
  for (const Measurement& own : rung.measurements) {
    const bool wanted = own.side == mode && (workload.empty() || workload == own.workload);
    if (!wanted) {
      continue;
    }
    const Measurement* other = compared.absolute ? nullptr : find(rung, over, own);
    if (compared.absolute || other != nullptr) {
      const double against = compared.absolute ? 1 : compared.cost(*other);
      Logarithms& draw = draws[own.draw];
      draw.sum += std::log(against / compared.cost(own));
      ++draw.count;
    }
  }
  Ratio ratio;
  Logarithms all;
  for (const auto& [name, draw] : draws) {
    const double mean = draw.geomean();
    ratio.least = ratio.draws == 0 ? mean : std::min(ratio.least, mean);
    ratio.most = std::max(ratio.most, mean);
    ++ratio.draws;
    all.sum += draw.sum;
    all.count += draw.count;
  }
  ratio.mean = all.count == 0 ? 0 : all.geomean();
  return ratio;
}

}  // namespace lacuna::platform
