// SPDX-License-Identifier: Apache-2.0
#include "engine/metered_array.h"

#include <utility>

namespace lacuna::engine {
namespace {

EnergyEvent* event(tlm::Surroundings& surroundings, const std::string& name, const char* category,
                   const std::string& entry, EnergyBoundary boundary = EnergyBoundary::paper) {
  return entry.empty() ? nullptr
                       : &surroundings.energy.add(
                             name, category, surroundings.technology.entry(entry).energy, boundary);
}

void count(EnergyEvent* event, std::uint64_t times) {
  if (event != nullptr) {
    event->count += times;
  }
}

}  // namespace

MeteredArray::MeteredArray(std::unique_ptr<ArrayModel> body, const std::string& path,
                           const ArrayTechnology& technology, std::uint32_t rows,
                           std::uint32_t columns, tlm::Surroundings& surroundings)
    : body_(std::move(body)),
      rows_(rows),
      columns_(columns),
      pe_cycles_(event(surroundings, path + ".pe_cycle", "compute", technology.pe)),
      row_cycles_(event(surroundings, path + ".row_cycle", "registers", technology.row_registers)),
      column_passes_(
          event(surroundings, path + ".column_pass", "registers", technology.column_registers)),
      results_(surroundings.energy.add(
          path + ".output_stage", "compute",
          surroundings.technology.entry("output_stage.requantize").energy, EnergyBoundary::full)),
      transposed_bytes_(surroundings.energy.add(
          path + ".transposer", "registers",
          surroundings.technology.entry(technology.transposer).energy, EnergyBoundary::full)),
      column_sums_(event(surroundings, path + ".sum_generator", "compute", technology.sum_generator,
                         EnergyBoundary::full)) {
  if (!technology.sum_generator.empty()) {
    surroundings.area.add(path + ".sum_generator",
                          surroundings.technology.entry(technology.sum_generator).area, columns);
  }
  if (!technology.pe.empty()) {
    surroundings.area.add(path, surroundings.technology.entry(technology.pe).area,
                          technology.pes != 0 ? technology.pes : std::uint64_t{rows} * columns);
  }
}

ArrayResult MeteredArray::compute(const TileOperands& operands, Span<std::int32_t> accumulators) {
  const ArrayResult result = body_->compute(operands, accumulators);
  charge(result, operands.geometry, operands.weight_source);
  return result;
}

void MeteredArray::begin(const TileOperands& operands, Span<std::int32_t> accumulators) {
  geometry_ = &operands.geometry;
  source_ = operands.weight_source;
  body_->begin(operands, accumulators);
}

bool MeteredArray::step() {
  if (body_->step()) {
    return true;
  }
  charge(body_->result(), *geometry_, source_);
  return false;
}

void MeteredArray::charge(const ArrayResult& result, const TileGeometry& geometry,
                          WeightSource source) {
  count(pe_cycles_, result.pe_cycles);
  count(row_cycles_, result.busy_cycles * rows_);
  count(column_passes_, result.passes * columns_);
  count(column_sums_, result.passes * columns_);
  if (source != WeightSource::stream) {
    transposed_bytes_.count += std::uint64_t{geometry.step.channels} * geometry.step.elements;
  }
  if (geometry.step.last_chunk) {
    results_.count += std::uint64_t{geometry.positions()} * geometry.step.channels;
  }
}

}  // namespace lacuna::engine
