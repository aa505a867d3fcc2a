// SPDX-License-Identifier: Apache-2.0
#include "bitvert/bitvert.h"

#include <fmt/format.h>

#include "bitvert/pe_array_detailed.h"
#include "bitvert/pe_array_fast.h"
#include "bitvert/pe_array_rtl.h"
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

engine::ArrayTechnology array_technology(const BitvertParams& params) {
  return {fmt::format("bitvert.pe.{}", params.pe_array.sub_group), "bitvert.row_registers",
          "bitvert.column_registers", "bitvert.sum_generator", "bitvert.transposer"};
}

}  // namespace

Bitvert::Bitvert(const sc_core::sc_module_name& name, const BitvertParams& params,
                 tlm::Surroundings& surroundings)
    : Accelerator(name),
      params_(params),
      array_(make_body(std::string(this->name()) + ".pe_array", params, surroundings),
             std::string(this->name()) + ".pe_array", array_technology(params),
             params.pe_array.rows, params.pe_array.columns, surroundings),
      pipeline_(params.pipeline(), engine::accelerator_id("BVRT"), params.clock, array_,
                std::string(this->name()) + ".pe_array", surroundings) {
  offer_initiator("memory", pipeline_.memory());
  offer_target("control", pipeline_.registers());
  offer_output("interrupt", pipeline_.interrupt());
}

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
  const engine::MapperLimits limits =
      engine::mapper_limits(params_.pipeline(), rows, params_.pe_array.columns, options);
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
  return {params_.serial_lanes(), params_.sram_bits(), params_.clock};
}

tlm::ModuleType module_type() {
  tlm::ModuleType type = tlm::module_type<BitvertParams, Bitvert>(
      "bitvert", "bit-serial array that skips pruned bit columns in both directions [BBS]");
  type.ports = {{"memory", "initiator", "the DMA engine's way to the interconnect"},
                {"control", "target", "registers, 4 KiB (doc/registers.md)"},
                {"interrupt", "output", "high while a finished job is not acknowledged"}};
  return type;
}

}  // namespace lacuna::bitvert
