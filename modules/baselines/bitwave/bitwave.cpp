// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/bitwave.h"

#include <algorithm>
#include <optional>

#include "baselines/bitwave/array_detailed.h"
#include "baselines/bitwave/array_fast.h"
#include "baselines/bitwave/weight_packer.h"
#include "baselines/serial/body.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"

namespace lacuna::baselines {
namespace {

engine::ArrayAcceleratorParts parts(const BitwaveParams& params) {
  const BitwaveArrayParams& array = params.pe_array;
  engine::ArrayAcceleratorParts parts;
  parts.body = [&params, &array](const std::string&) {
    return make_serial_body<FastBitwaveArray, DetailedBitwaveArray>(
        array.model, array.options(params.count), params.rule());
  };
  parts.technology = {"bitwave.pe", "bitwave.row_registers", "bitwave.column_registers", "",
                      "bitwave.transposer"};
  parts.rows = array.rows;
  parts.columns = array.columns;
  parts.blocks = params.pipeline();
  parts.id = engine::accelerator_id("BTWV");
  parts.clock = params.clock;
  return parts;
}

/// A shape of the array with the mapping that suits it.
struct Candidate {
  engine::MapperLimits limits;
  engine::Mapping mapping;
  double cycles = 0;
  ArrayShape shape;
};

void keep_better(std::optional<Candidate>& best, const ArrayShape& shape,
                 const engine::MapperLimits& limits, const workload::LayerShape& layer,
                 const engine::WeightFootprint& footprint) {
  const engine::Mapping mapping = engine::choose_mapping(layer, limits, footprint);
  const double cycles = engine::estimate_mapping(layer, limits, footprint, mapping).cycles;
  if (!best || cycles < best->cycles) {
    best = Candidate{limits, mapping, cycles, shape};
  }
}

}  // namespace

Bitwave::Bitwave(const sc_core::sc_module_name& name, const BitwaveParams& params,
                 tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params), surroundings), params_(params) {}

engine::MapperLimits Bitwave::limits_of(const ArrayShape& shape,
                                        const engine::PrepareOptions& options) const {
  engine::MapperLimits limits = this->limits(options);
  limits.array_rows = shape.rows;
  limits.array_columns = shape.columns;
  return limits;
}

std::vector<ArrayShape> Bitwave::shapes_for(const workload::LayerShape& layer) const {
  std::vector<ArrayShape> shapes = params_.rule().shapes;
  const auto useless = [&layer](const ArrayShape& shape) {
    return shape.rows == 1 && layer.group_out_channels() > 8;
  };
  shapes.erase(std::remove_if(shapes.begin() + 1, shapes.end(), useless), shapes.end());
  return shapes;
}

engine::PreparedLayer Bitwave::prepare(const workload::Layer& layer, const Tensor& weights,
                                       const engine::PrepareOptions& options,
                                       engine::AddressAllocator& memory) {
  std::optional<Candidate> best;
  if (layer.weight_storage != workload::WeightStorage::offline) {
    const auto footprint = [&layer](const ArrayShape& shape) {
      return engine::DenseRowFootprint(shape.rows, layer.shape, {shape.elements, 8});
    };
    for (const ArrayShape& shape : shapes_for(layer.shape)) {
      keep_better(best, shape, limits_of(shape, options), layer.shape, footprint(shape));
    }
    return engine::prepare_dynamic(layer, weights, best->limits, footprint(best->shape));
  }
  const BitwaveCompressionParams& compression = params_.compression;
  const BitwaveWeights columns(layer.shape, weights,
                               {layer.compress ? compression.columns : 8, compression.group});
  for (const ArrayShape& shape : shapes_for(layer.shape)) {
    keep_better(best, shape, limits_of(shape, options), layer.shape,
                BitwavePacker(columns, shape, params_.pe_array.sign_column));
  }
  const BitwavePacker packer(columns, best->shape, params_.pe_array.sign_column);
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, best->limits, packer, prepared.job);
  prepared.channel_order = engine::natural_channel_order(layer.shape, best->shape.rows);
  prepared.decoded_weights = columns.decoded();
  prepared.squared_error = columns.squared_error();
  engine::place_tiles(packer.pack(prepared.job.mapping), memory, prepared);
  return prepared;
}

engine::Resources Bitwave::resources() const {
  return {params_.lanes(), params_.lanes() / 8, params_.sram_bits(), params_.clock};
}

tlm::ModuleType bitwave_module_type() {
  tlm::ModuleType type = tlm::module_type<BitwaveParams, Bitwave>(
      "bitwave",
      "bit-column-serial array that skips zero columns, a baseline of BBS and of SparSynergy");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::baselines
