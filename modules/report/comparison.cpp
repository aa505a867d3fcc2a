// SPDX-License-Identifier: Apache-2.0
#include "report/comparison.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/table.h"

namespace lacuna::report {

namespace {

double ratio(double a, double b) {
  return b > 0 ? a / b : 0;
}

double energy_delay(const ResultFile& result) {
  return result.energy_full_pj() * result.time_ns();
}

}  // namespace

std::string comparison_table(const std::vector<ResultFile>& results, std::size_t baseline) {
  const ResultFile& base = results[baseline];
  Table table({"platform", "cycles", "time", "speedup", "energy", "energy ratio", "energy (paper)",
               "ratio (paper)", "EDP ratio", "DRAM bytes", "bound (layers)", "verified"});
  for (const ResultFile& result : results) {
    table.add({result.platform, with_separators(result.cycles()),
               fmt::format("{:.3f} ms", result.time_ns() * 1e-6),
               fmt::format("{:.2f}x", ratio(base.time_ns(), result.time_ns())),
               picojoules(result.energy_full_pj()),
               fmt::format("{:.2f}x", ratio(base.energy_full_pj(), result.energy_full_pj())),
               picojoules(result.energy_paper_pj()),
               fmt::format("{:.2f}x", ratio(base.energy_paper_pj(), result.energy_paper_pj())),
               fmt::format("{:.2f}x", ratio(energy_delay(base), energy_delay(result))),
               with_separators(result.dram_bytes()), result.bounds(),
               result.verified ? "yes" : "no"});
  }
  return fmt::format("{}: ratios against {}\n\n{}", base.workload, base.platform, table.text());
}

std::string layer_table(const std::vector<ResultFile>& results, std::size_t baseline) {
  const ResultFile& base = results[baseline];
  std::vector<std::string> header = {"layer", "MAC"};
  for (const ResultFile& result : results) {
    header.insert(header.end(), {result.platform + " cycles", "speedup", "bound"});
  }
  Table table(header);
  for (std::size_t i = 0; i < base.layers.size(); ++i) {
    std::vector<std::string> row = {base.layers[i].name, with_separators(base.layers[i].macs)};
    for (const ResultFile& result : results) {
      if (i >= result.layers.size()) {
        continue;
      }
      const LayerRow& layer = result.layers[i];
      row.push_back(with_separators(layer.cycles));
      row.push_back(fmt::format("{:.2f}x", ratio(base.layers[i].time_ns, layer.time_ns)));
      row.push_back(layer.bound);
    }
    table.add(row);
  }
  return table.text();
}

std::string comparison_json(const std::vector<ResultFile>& results, std::size_t baseline) {
  const ResultFile& base = results[baseline];
  nlohmann::ordered_json json;
  json["workload"] = base.workload;
  json["baseline"] = base.platform;
  json["platforms"] = nlohmann::ordered_json::array();
  for (const ResultFile& result : results) {
    nlohmann::ordered_json item;
    item["platform"] = result.platform;
    item["cycles"] = result.cycles();
    item["time_ns"] = result.time_ns();
    item["speedup"] = ratio(base.time_ns(), result.time_ns());
    item["energy_pj"] = result.energy_full_pj();
    item["energy_paper_pj"] = result.energy_paper_pj();
    item["energy_ratio"] = ratio(base.energy_full_pj(), result.energy_full_pj());
    item["energy_paper_ratio"] = ratio(base.energy_paper_pj(), result.energy_paper_pj());
    item["edp_ratio"] = ratio(energy_delay(base), energy_delay(result));
    item["area_um2"] = result.area_um2;
    item["dram_bytes"] = result.dram_bytes();
    item["bounds"] = result.bounds();
    item["verified"] = result.verified;
    json["platforms"].push_back(item);
  }
  return json.dump(2) + "\n";
}

std::string run_summary(const ResultFile& result) {
  Table table({"layer", "MAC", "cycles", "busy", "waiting in", "waiting out", "bound", "DRAM read",
               "DRAM written", "energy", "verified"});
  const bool several =
      std::any_of(result.layers.begin(), result.layers.end(), [&](const LayerRow& layer) {
        return layer.accelerator != result.layers.front().accelerator;
      });
  for (const LayerRow& layer : result.layers) {
    table.add({several ? layer.accelerator + " " + layer.name : layer.name,
               with_separators(layer.macs), with_separators(layer.cycles),
               with_separators(layer.busy_cycles), with_separators(layer.input_wait_cycles),
               with_separators(layer.output_wait_cycles), layer.bound,
               with_separators(layer.dram_read_bytes), with_separators(layer.dram_write_bytes),
               picojoules(layer.energy_full_pj), layer.verified ? "yes" : "no"});
  }
  return fmt::format(
      "{}\n{} on {}: {} layers, {} MAC, {} cycles, {:.3f} ms, {} ({} in the paper's boundary)\n",
      table.text(), result.workload, result.platform, result.layers.size(),
      with_separators(result.macs()), with_separators(result.cycles()), result.time_ns() * 1e-6,
      picojoules(result.energy_full_pj()), picojoules(result.energy_paper_pj()));
}

}  // namespace lacuna::report
