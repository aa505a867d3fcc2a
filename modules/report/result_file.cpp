// SPDX-License-Identifier: Apache-2.0
#include "report/result_file.h"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace lacuna::report {

using Json = nlohmann::json;

namespace {

LayerRow layer_row(const Json& json) {
  LayerRow row;
  row.name = json.at("name");
  row.accelerator = json.at("accelerator");
  row.bound = json.at("bound");
  row.cycles = json.at("cycles");
  row.array_cycles = json.at("array_cycles");
  const Json& stalls = json.at("stalls");
  row.busy_cycles = stalls.at("busy");
  row.fill_cycles = stalls.at("fill_and_drain");
  row.drain_stall_cycles = stalls.at("drain_stall");
  row.input_wait_cycles = stalls.at("waiting_for_input");
  row.output_wait_cycles = stalls.at("waiting_for_output");
  row.macs = json.at("macs");
  row.dram_read_bytes = json.at("dram_read_bytes");
  row.dram_write_bytes = json.at("dram_write_bytes");
  row.time_ns = json.at("time_ns");
  row.energy_full_pj = json.at("energy_pj").at("total");
  row.energy_paper_pj = json.at("energy_pj").at("paper_boundary");
  row.verified = json.at("verified");
  return row;
}

template <class Value, class Field>
Value sum(const std::vector<LayerRow>& layers, Field field) {
  Value total{};
  for (const LayerRow& layer : layers) {
    total += layer.*field;
  }
  return total;
}

}  // namespace

std::uint64_t ResultFile::cycles() const {
  return sum<std::uint64_t>(layers, &LayerRow::cycles);
}

std::uint64_t ResultFile::array_cycles() const {
  return sum<std::uint64_t>(layers, &LayerRow::array_cycles);
}

std::uint64_t ResultFile::macs() const {
  return sum<std::uint64_t>(layers, &LayerRow::macs);
}

std::uint64_t ResultFile::dram_bytes() const {
  return sum<std::uint64_t>(layers, &LayerRow::dram_read_bytes) +
         sum<std::uint64_t>(layers, &LayerRow::dram_write_bytes);
}

double ResultFile::time_ns() const {
  return sum<double>(layers, &LayerRow::time_ns);
}

double ResultFile::energy_full_pj() const {
  return sum<double>(layers, &LayerRow::energy_full_pj);
}

double ResultFile::energy_paper_pj() const {
  return sum<double>(layers, &LayerRow::energy_paper_pj);
}

std::string ResultFile::bounds() const {
  std::map<std::string, std::size_t> count;
  for (const LayerRow& layer : layers) {
    ++count[layer.bound];
  }
  std::string text;
  for (const auto& [bound, layers_bound] : count) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", bound, layers_bound);
  }
  return text;
}

ResultFile parse_result(const std::string& text, const std::string& name) {
  try {
    const Json json = Json::parse(text);
    ResultFile result;
    result.path = name;
    result.platform = json.at("platform");
    result.workload = json.at("workload");
    result.version = json.at("version");
    result.seed = json.at("seed");
    result.host_seconds = json.at("host_seconds");
    result.verified = json.at("total").at("verified");
    result.area_um2 = json.at("area_um2").at("total");
    result.resources = json.at("resources").get<std::map<std::string, std::string>>();
    for (const Json& layer : json.at("layers")) {
      result.layers.push_back(layer_row(layer));
    }
    return result;
  } catch (const Json::exception& failure) {
    Place place;
    place.file = name;
    throw input_error(place, std::string("not a stats.json of this version: ") + failure.what());
  }
}

ResultFile read_result(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    Place place;
    place.file = path;
    throw input_error(place, "cannot read the result file");
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return parse_result(text, path);
}

}  // namespace lacuna::report
