// SPDX-License-Identifier: Apache-2.0
#include "bitvert/bitvert.h"

#include <fmt/format.h>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "bitvert/pe_array_rtl.h"
#include "bitvert/signals.h"
#include "bitvert/weight_packer.h"
#include "core/error.h"
#include "engine/array_bodies.h"
#include "engine/placement.h"

namespace lacuna::bitvert {

namespace {

std::unique_ptr<engine::ArrayModel> make_body(const std::string& name, const BitvertParams& params,
                                              const tlm::Surroundings& surroundings) {
  const ArrayOptions options = params.array_options();
  const PeArrayParams& array = params.pe_array;
  const engine::ArrayBodies bodies = {
      [&] { return std::make_unique<FastPeArray>(options); },
      [&] { return std::make_unique<DetailedPeArray>(options); },
      [&] { return std::make_unique<RtlPeArray>(options, array.rows, array.columns); }};
  return engine::make_array_body(array.model, bodies, name, params.clock, array.lockstep,
                                 surroundings);
}

engine::ArrayAcceleratorParts parts(const BitvertParams& params,
                                    const tlm::Surroundings& surroundings) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&](const std::string& path) { return make_body(path, params, surroundings); };
  parts.technology = {fmt::format("bitvert.pe.{}", params.pe_array.sub_group),
                      "bitvert.row_registers", "bitvert.column_registers", "bitvert.sum_generator",
                      "bitvert.transposer"};
  parts.rows = params.pe_array.rows;
  parts.columns = params.pe_array.columns;
  parts.blocks = params.pipeline();
  parts.id = engine::accelerator_id("BVRT");
  parts.clock = params.clock;
  return parts;
}

}  // namespace

Bitvert::Bitvert(const sc_core::sc_module_name& name, const BitvertParams& params,
                 tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params, surroundings), surroundings), params_(params) {}

void Bitvert::survey(const std::vector<engine::ChannelSensitivity>& network) {
  std::vector<sparse::LayerScales> layers;
  layers.reserve(network.size());
  for (const engine::ChannelSensitivity& layer : network) {
    layers.push_back({layer.layer, layer.scales});
  }
  const std::vector<sparse::ChannelSelection> chosen = select_channels(params_.compression, layers);
  selections_.clear();
  for (std::size_t i = 0; i < network.size(); ++i) {
    selections_[network[i].layer] = chosen[i];
  }
}

engine::PreparedLayer Bitvert::prepare(const workload::Layer& layer, const Tensor& weights,
                                       const engine::PrepareOptions& options,
                                       engine::AddressAllocator& memory) {
  const unsigned rows = params_.pe_array.rows;
  const engine::MapperLimits limits = this->limits(options);
  if (layer.weight_storage != workload::WeightStorage::offline) {
    return engine::prepare_dynamic(layer, weights, limits, DynamicFootprint(rows));
  }
  const auto selection = selections_.find(layer.name);
  if (selection == selections_.end()) {
    throw model_error(fmt::format("layer '{}' was not part of the survey", layer.name));
  }
  CompressionParams compression = params_.compression;
  if (!layer.compress) {
    compression.method = CompressionMethod::none;
  }
  const WeightPacker packer(compression, rows, layer.shape, weights, selection->second);
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, limits, packer, prepared.job);
  prepared.job.reordered_channels = true;
  prepared.channel_order = packer.channel_order();
  prepared.decoded_weights = packer.decoded_weights();
  prepared.squared_error = packer.squared_error();
  engine::place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  engine::place_channel_index(memory, prepared);
  return prepared;
}

engine::Resources Bitvert::resources() const {
  return {params_.serial_lanes(), params_.serial_lanes() / max_columns, params_.sram_bits(),
          params_.clock};
}

tlm::ModuleType module_type() {
  tlm::ModuleType type = tlm::module_type<BitvertParams, Bitvert>(
      "bitvert", "bit-serial array that skips pruned bit columns in both directions [BBS]");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::bitvert
