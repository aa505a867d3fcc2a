// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/sparsynergy.h"

#include <utility>

#include "engine/array_bodies.h"
#include "engine/dense_rows.h"
#include "engine/placement.h"
#include "reference/bit_column_products.h"
#include "sparsynergy/array_detailed.h"
#include "sparsynergy/array_fast.h"
#include "sparsynergy/array_rtl.h"
#include "sparsynergy/load_meter.h"
#include "sparsynergy/weight_packer.h"

namespace lacuna::sparsynergy {
namespace {

std::unique_ptr<engine::ArrayModel> make_body(const std::string& path,
                                              const SparsynergyParams& params,
                                              tlm::Surroundings& surroundings) {
  const ArrayOptions options = params.array_options();
  const LoadCounter* counter = nullptr;  // of two bodies in lockstep, either
  const auto counted = [&counter](auto body) {
    counter = body.get();
    return body;
  };
  const engine::ArrayBodies bodies = {
      [&] { return counted(std::make_unique<FastArray>(options)); },
      [&] { return counted(std::make_unique<DetailedArray>(options)); },
      [&] { return counted(std::make_unique<RtlArray>(options, params.octets())); }};
  std::unique_ptr<engine::ArrayModel> body = engine::make_array_body(
      params.pe_array.model, bodies, path, params.clock, params.pe_array.lockstep, surroundings);
  return std::make_unique<LoadMeter>(std::move(body), *counter, path, params.octets(),
                                     surroundings);
}

engine::ArrayAcceleratorParts parts(const SparsynergyParams& params,
                                    tlm::Surroundings& surroundings) {
  engine::ArrayAcceleratorParts parts;
  parts.body = [&](const std::string& path) { return make_body(path, params, surroundings); };
  parts.technology.transposer = "sparsynergy.transposer";
  parts.rows = params.rows();
  parts.columns = params.pe_array.columns;
  parts.blocks = params.pipeline();
  parts.id = engine::accelerator_id("SPSY");
  parts.clock = params.clock;
  return parts;
}

/// What the sums of a layer are, for whoever verifies them.
reference::DotProducts products_of(const PeArrayParams& array, std::uint32_t segment,
                                   const engine::Mapping& mapping) {
  if (array.numerics == Numerics::published_rtl) {
    const reference::BitColumns columns{
        segment, std::size_t{mapping.groups_per_chunk} * engine::reduction_group};
    return [columns](auto activations, auto weights, std::size_t length, auto sums) {
      reference::bit_column_products(activations, weights, length, columns, sums);
    };
  }
  if (array.partial_sum_bits == 32) {
    return reference::dot_products;
  }
  return [bits = array.partial_sum_bits](auto activations, auto weights, std::size_t length,
                                         auto sums) {
    reference::dot_products(activations, weights, length, sums);
    reference::wrap_sums(sums, bits);
  };
}

}  // namespace

Sparsynergy::Sparsynergy(const sc_core::sc_module_name& name, const SparsynergyParams& params,
                         tlm::Surroundings& surroundings)
    : ArrayAccelerator(name, parts(params, surroundings), surroundings), params_(params) {}

engine::PreparedLayer Sparsynergy::prepare(const workload::Layer& layer, const Tensor& weights,
                                           const engine::PrepareOptions& options,
                                           engine::AddressAllocator& memory) {
  const sparse::UnifiedFormat format =
      layer.compress ? params_.format.format() : sparse::UnifiedFormat{8, 2, 8};
  const bool offline = layer.weight_storage == workload::WeightStorage::offline;
  const unsigned feed_interval = params_.array_options().feed_interval;
  const FootprintOf footprint_of = [&](unsigned rows) -> std::unique_ptr<engine::WeightFootprint> {
    if (offline) {
      return std::make_unique<UnifiedFootprint>(format, rows, feed_interval, layer.shape);
    }
    return std::make_unique<engine::DenseRowFootprint>(
        rows, layer.shape, engine::PassPace{lanes, fedp_channels * dense_loads * feed_interval});
  };
  const engine::MapperLimits limits = arranged(
      this->limits(options), arrangement(layer.shape, this->limits(options), footprint_of));
  const auto footprint = footprint_of(limits.array_rows);
  if (!offline) {
    engine::PreparedLayer prepared = engine::prepare_dynamic(layer, weights, limits, *footprint);
    prepared.products = products_of(params_.pe_array, lanes, prepared.job.mapping);
    return prepared;
  }
  engine::PreparedLayer prepared;
  engine::map_job(layer.shape, limits, *footprint, prepared.job);
  PackedLayer packed =
      pack_layer(format, params_.format.rounding, layer.shape, weights, prepared.job.mapping);
  prepared.channel_order = engine::natural_channel_order(layer.shape, limits.array_rows);
  prepared.decoded_weights = std::move(packed.decoded);
  prepared.squared_error = packed.squared_error;
  prepared.products = products_of(params_.pe_array, format.vector_elements(), prepared.job.mapping);
  engine::place_tiles(std::move(packed.tiles), memory, prepared);
  return prepared;
}

Arrangement Sparsynergy::arrangement(const workload::LayerShape& shape,
                                     const engine::MapperLimits& limits,
                                     const FootprintOf& footprint_of) const {
  const Arrangement preferred{params_.rows() / octet_channels, params_.pe_array.columns};
  return params_.pe_array.resize ? resized(shape, limits, footprint_of, preferred) : preferred;
}

engine::Resources Sparsynergy::resources() const {
  // Eight columns of a weight take two loads.
  return {params_.serial_lanes(), params_.serial_lanes() / (fedp_columns * dense_loads),
          params_.sram_bits(), params_.clock};
}

tlm::ModuleType module_type() {
  tlm::ModuleType type = tlm::module_type<SparsynergyParams, Sparsynergy>(
      "sparsynergy", "tensor cores that skip pruned vectors, values and bit columns [SparSynergy]");
  type.ports = engine::array_accelerator_ports();
  return type;
}

}  // namespace lacuna::sparsynergy
