// SPDX-License-Identifier: Apache-2.0
#include "platform/results.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lacuna::platform {

using Json = nlohmann::ordered_json;

namespace {

std::string hash_text(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

Json energy_json(const EnergySummary& energy) {
  Json full = Json::object();
  for (const auto& [category, picojoules] : energy.full_pj) {
    full[category] = picojoules;
  }
  full["total"] = energy.total_full_pj();
  full["paper_boundary"] = energy.total_paper_pj();
  return full;
}

Json decibels(const std::optional<double>& ratio) {
  return ratio ? Json(*ratio) : Json(nullptr);
}

Json quality_json(const workload::Quality& quality) {
  return {{"weight_sqnr_db", decibels(quality.weight_sqnr_db)},
          {"weight_kl", quality.weight_kl},
          {"output_sqnr_db", decibels(quality.output_sqnr_db)},
          {"top1_agreement", quality.top1_agreement}};
}

Json classifier_json(const ClassifierFigures& figures) {
  return {{"peak_gbps", figures.peak_gbps},
          {"moved_bytes", figures.moved_bytes},
          {"candidates", figures.candidates},
          {"contexts", figures.contexts},
          {"units", figures.units},
          {"energy_pj",
           {{"dram_static", figures.static_pj},
            {"dram_access", figures.access_pj},
            {"logic", figures.logic_pj}}}};
}

Json layer_json(const LayerResult& layer) {
  Json json;
  json["name"] = layer.name;
  json["accelerator"] = layer.accelerator;
  json["kind"] = layer.kind;
  json["cycles"] = layer.cycles;
  json["array_cycles"] = layer.array_cycles;
  json["time_ns"] = layer.time_ns;
  json["macs"] = layer.macs;
  json["effective_macs"] = layer.effective_macs;
  json["dram_read_bytes"] = layer.dram_read_bytes;
  json["dram_write_bytes"] = layer.dram_write_bytes;
  json["weight_bytes"] = layer.weight_bytes;
  json["energy_pj"] = energy_json(layer.energy);
  json["bound"] = name_of(layer.bound);
  json["stalls"] = {{"busy", layer.busy_cycles},
                    {"fill_and_drain", layer.fill_cycles},
                    {"drain_stall", layer.drain_stall_cycles},
                    {"waiting_for_input", layer.input_wait_cycles},
                    {"waiting_for_output", layer.output_wait_cycles}};
  json["lanes"] = {{"total", layer.lane_cycles},
                   {"effectual", layer.effectual_lane_cycles},
                   {"intra_pe_idle", layer.intra_pe_idle},
                   {"inter_pe_idle", layer.inter_pe_idle}};
  if (layer.quality) {
    json["quality"] = quality_json(*layer.quality);
  }
  if (layer.classifier) {
    json["classifier"] = classifier_json(*layer.classifier);
  }
  json["mapping"] = layer.mapping;
  json["output_hash"] = hash_text(layer.output_hash);
  json["verified"] = layer.verified;
  if (!layer.mismatch.empty()) {
    json["mismatch"] = layer.mismatch;
  }
  return json;
}

EnergySummary total_energy(const std::vector<LayerResult>& layers) {
  EnergySummary total;
  for (const LayerResult& layer : layers) {
    for (const auto& [category, picojoules] : layer.energy.full_pj) {
      total.full_pj[category] += picojoules;
    }
    for (const auto& [category, picojoules] : layer.energy.paper_pj) {
      total.paper_pj[category] += picojoules;
    }
  }
  return total;
}

Json table_json(const Summary::Table& table) {
  Json rows = Json::array();
  for (const Summary::Row& row : table.rows) {
    Json entry = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      entry[table.columns[i]] = row[i];
    }
    rows.push_back(entry);
  }
  return rows;
}

void add_summary(Json& json, const Summary& summary) {
  for (const auto& [name, value] : summary.values()) {
    if (const auto* table = std::get_if<Summary::Table>(&value)) {
      json[name] = table_json(*table);
    } else if (const auto* number = std::get_if<double>(&value)) {
      json[name] = *number;
    } else if (const auto* count = std::get_if<std::uint64_t>(&value)) {
      json[name] = *count;
    } else {
      json[name] = std::get<std::string>(value);
    }
  }
  for (const auto& [name, part] : summary.parts()) {
    json[name] = Json::object();
    add_summary(json[name], part);
  }
}

template <class Field>
std::uint64_t sum(const std::vector<LayerResult>& layers, Field field) {
  std::uint64_t total = 0;
  for (const LayerResult& layer : layers) {
    total += layer.*field;
  }
  return total;
}

/// What ran, and how long the host took: at the top for readers, in the total for scripts that take only that.
void add_identity(Json& json, const RunResult& result) {
  json["platform"] = result.platform;
  json["workload"] = result.workload;
  json["version"] = result.version;
  json["seed"] = result.seed;
  json["host_seconds"] = result.host_seconds;
}

Json total_json(const RunResult& result) {
  double time_ns = result.elapsed_ns;
  for (const LayerResult& layer : result.layers) {
    time_ns += layer.time_ns;
  }
  const EnergySummary energy = result.layers.empty() ? result.energy : total_energy(result.layers);
  Json json;
  json["layers"] = result.layers.size();
  json["cycles"] = sum(result.layers, &LayerResult::cycles);
  json["array_cycles"] = sum(result.layers, &LayerResult::array_cycles);
  json["time_ns"] = time_ns;
  json["macs"] = sum(result.layers, &LayerResult::macs);
  json["effective_macs"] = sum(result.layers, &LayerResult::effective_macs);
  json["dram_read_bytes"] = sum(result.layers, &LayerResult::dram_read_bytes);
  json["dram_write_bytes"] = sum(result.layers, &LayerResult::dram_write_bytes);
  json["weight_bytes"] = sum(result.layers, &LayerResult::weight_bytes);
  json["energy_pj"] = energy_json(energy);
  json["edp_pj_s"] = energy.total_full_pj() * time_ns * 1e-9;
  json["verified"] = result.verified();
  add_identity(json, result);
  return json;
}

}  // namespace

std::string name_of(Bound bound) {
  switch (bound) {
    case Bound::compute:
      return "compute";
    case Bound::dram:
      return "dram";
    case Bound::noc:
      return "noc";
    case Bound::issue:
      return "issue";
    case Bound::buffer:
      return "buffer";
  }
  return "compute";
}

bool RunResult::verified() const {
  return std::all_of(layers.begin(), layers.end(),
                     [](const LayerResult& layer) { return layer.verified; });
}

std::string to_json(const RunResult& result) {
  Json json;
  add_identity(json, result);
  json["total"] = total_json(result);
  json["resources"] = result.resources;
  Json blocks = Json::object();
  for (const auto& [block, area] : result.area_by_block) {
    blocks[block] = area;
  }
  json["area_um2"] = {{"total", result.area_um2}, {"blocks", blocks}};
  json["layers"] = Json::array();
  for (const LayerResult& layer : result.layers) {
    json["layers"].push_back(layer_json(layer));
  }
  Json statistics = Json::object();
  for (const auto& value : result.statistics) {
    statistics[value.path] = {
        {"value", value.value}, {"unit", value.unit}, {"description", value.description}};
  }
  add_summary(json, result.summary);
  json["statistics"] = statistics;
  json["warnings"] = result.warnings;
  return json.dump(2) + "\n";
}

std::string to_csv(const RunResult& result) {
  std::string text =
      "name,accelerator,kind,cycles,array_cycles,time_ns,macs,effective_macs,dram_read_bytes,"
      "dram_write_bytes,weight_bytes,energy_full_pj,energy_paper_pj,bound,busy_cycles,fill_cycles,"
      "drain_stall_cycles,input_wait_cycles,output_wait_cycles,verified\n";
  for (const LayerResult& layer : result.layers) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", layer.name,
                        layer.accelerator, layer.kind, layer.cycles, layer.array_cycles,
                        layer.time_ns, layer.macs, layer.effective_macs, layer.dram_read_bytes,
                        layer.dram_write_bytes, layer.weight_bytes, layer.energy.total_full_pj(),
                        layer.energy.total_paper_pj(), name_of(layer.bound), layer.busy_cycles,
                        layer.fill_cycles, layer.drain_stall_cycles, layer.input_wait_cycles,
                        layer.output_wait_cycles, layer.verified);
  }
  return text;
}

}  // namespace lacuna::platform
