// SPDX-License-Identifier: Apache-2.0
#include "bitvert/bitvert.h"

#include <fmt/format.h>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "bitvert/pe_array_rtl.h"
#include "bitvert/signals.h"
#include "bitvert/weight_packer.h"
#include "core/error.h"
#include "engine/lockstep_array.h"
#include "engine/placement.h"
#include "tlm/time.h"
#include "tlm/wave_request.h"

namespace lacuna::bitvert {

namespace {

std::unique_ptr<RtlPeArray> make_rtl(const std::string& name, const BitvertParams& params,
                                     const tlm::Surroundings& surroundings) {
  auto rtl = std::make_unique<RtlPeArray>(params.array_options(), params.pe_array.rows,
                                          params.pe_array.columns);
  if (surroundings.waves != nullptr) {
    if (const auto wave = surroundings.waves->claim(name)) {
      rtl->record(
          *wave, [] { return tlm::now().value(); }, params.clock.period().value());
    }
  }
  return rtl;
}

/// Where in the run a difference shows, for whoever wants it as a waveform.
engine::DifferenceListener point_at(const std::string& name, Time period, tlm::WaveDesk* waves) {
  return [name, period = period.value(), waves](std::uint64_t back, std::uint64_t on) {
    if (waves != nullptr) {
      const std::int64_t now = tlm::now().value();
      waves->point_at({"mismatch.fst", now - static_cast<std::int64_t>(back) * period,
                       now + static_cast<std::int64_t>(on) * period, name});
    }
  };
}

std::unique_ptr<engine::ArrayModel> make_lockstep(const std::string& name,
                                                  const BitvertParams& params,
                                                  const tlm::Surroundings& surroundings) {
  const engine::LockstepParams& lockstep = params.pe_array.lockstep;
  std::unique_ptr<RtlPeArray> rtl = make_rtl(name, params, surroundings);
  return std::make_unique<engine::LockstepArray>(
      name, lockstep, std::make_unique<DetailedPeArray>(params.array_options()), std::move(rtl),
      point_at(name, params.clock.period(), surroundings.waves));
}

std::unique_ptr<engine::ArrayModel> make_body(const std::string& name, const BitvertParams& params,
                                              const tlm::Surroundings& surroundings) {
  const ArrayOptions options = params.array_options();
  switch (params.pe_array.model) {
    case engine::ArrayBody::fast:
      return std::make_unique<FastPeArray>(options);
    case engine::ArrayBody::detailed:
      return std::make_unique<DetailedPeArray>(options);
    case engine::ArrayBody::rtl:
      return make_rtl(name, params, surroundings);
    case engine::ArrayBody::lockstep:
      return make_lockstep(name, params, surroundings);
  }
  throw model_error("a body that nobody wrote");
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
