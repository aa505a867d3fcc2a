// SPDX-License-Identifier: Apache-2.0
#include "engine/metered_array.h"

#include <utility>

namespace lacuna::engine {

MeteredArray::MeteredArray(std::unique_ptr<ArrayModel> body, const std::string& path,
                           const ArrayTechnology& technology, std::uint32_t rows,
                           std::uint32_t columns, tlm::Surroundings& surroundings)
    : body_(std::move(body)),
      rows_(rows),
      columns_(columns),
      pe_cycles_(surroundings.energy.add(path + ".pe_cycle", "compute",
                                         surroundings.technology.entry(technology.pe).energy)),
      row_cycles_(
          surroundings.energy.add(path + ".row_cycle", "registers",
                                  surroundings.technology.entry(technology.row_registers).energy)),
      column_passes_(surroundings.energy.add(
          path + ".column_pass", "registers",
          surroundings.technology.entry(technology.column_registers).energy)),
      results_(surroundings.energy.add(
          path + ".output_stage", "compute",
          surroundings.technology.entry("output_stage.requantize").energy, EnergyBoundary::full)),
      transposed_bytes_(surroundings.energy.add(
          path + ".transposer", "registers",
          surroundings.technology.entry(technology.transposer).energy, EnergyBoundary::full)) {
  if (!technology.sum_generator.empty()) {
    const Technology::Entry& entry = surroundings.technology.entry(technology.sum_generator);
    column_sums_ = &surroundings.energy.add(path + ".sum_generator", "compute", entry.energy,
                                            EnergyBoundary::full);
    surroundings.area.add(path + ".sum_generator", entry.area, columns);
  }
  surroundings.area.add(path, surroundings.technology.entry(technology.pe).area,
                        technology.pes != 0 ? technology.pes : std::uint64_t{rows} * columns);
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
  pe_cycles_.count += result.pe_cycles;
  row_cycles_.count += result.busy_cycles * rows_;
  column_passes_.count += result.passes * columns_;
  if (column_sums_ != nullptr) {
    column_sums_->count += result.passes * columns_;
  }
  if (source != WeightSource::stream) {
    transposed_bytes_.count += std::uint64_t{geometry.step.channels} * geometry.step.elements;
  }
  if (geometry.step.last_chunk) {
    results_.count += std::uint64_t{geometry.positions()} * geometry.step.channels;
  }
}

}  // namespace lacuna::engine
