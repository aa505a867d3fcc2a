// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/load_meter.h"

#include <utility>

namespace lacuna::sparsynergy {
namespace {

EnergyEvent& event(tlm::Surroundings& surroundings, const std::string& path, const char* name,
                   const char* category, const char* entry) {
  return surroundings.energy.add(path + "." + name, category,
                                 surroundings.technology.entry(entry).energy);
}

}  // namespace

LoadMeter::LoadMeter(std::unique_ptr<engine::ArrayModel> body, const LoadCounter& counter,
                     const std::string& path, unsigned octets, tlm::Surroundings& surroundings)
    : body_(std::move(body)),
      counter_(counter),
      feed_stalls_(surroundings.statistics.add(path + ".feed_stall_cycles", Measure::cycles,
                                               "no load because operands were on their way")),
      hazard_stalls_(surroundings.statistics.add(path + ".hazard_stall_cycles", Measure::cycles,
                                                 "no load because a partial sum was not ready")),
      second_loads_(surroundings.statistics.add(path + ".second_loads", Measure::cycles,
                                                "busy cycles beyond a vector's first columns")),
      fedp_loads_(surroundings.statistics.add(path + ".fedp_loads", Measure::count,
                                              "loads of FEDPs with a vector and a position")),
      dot_products_(event(surroundings, path, "dot_product", "compute", "sparsynergy.dot_product")),
      selections_(event(surroundings, path, "selection", "sparsity", "sparsynergy.selection")),
      index_registers_(
          event(surroundings, path, "index_register", "sparsity", "sparsynergy.index_register")),
      weight_registers_(
          event(surroundings, path, "weight_register", "registers", "sparsynergy.weight_register")),
      sum_registers_(
          event(surroundings, path, "sum_register", "registers", "sparsynergy.sum_register")),
      activation_bytes_(event(surroundings, path, "activation_register", "registers",
                              "sparsynergy.activation_register")) {
  const Technology& technology = surroundings.technology;
  const std::uint64_t fedps = std::uint64_t{octets} * octet_fedps;
  surroundings.area.add(path + ".dot_product", technology.entry("sparsynergy.dot_product").area,
                        fedps * fedp_columns);
  surroundings.area.add(path + ".selection", technology.entry("sparsynergy.selection").area, fedps);
  surroundings.area.add(path + ".index_register",
                        technology.entry("sparsynergy.index_register").area, fedps);
  surroundings.area.add(path + ".weight_register",
                        technology.entry("sparsynergy.weight_register").area, fedps);
  surroundings.area.add(path + ".sum_register", technology.entry("sparsynergy.sum_register").area,
                        fedps * fedp_channels);
  surroundings.area.add(path + ".activation_register",
                        technology.entry("sparsynergy.activation_register").area,
                        std::uint64_t{octets} * 32);
}

engine::ArrayResult LoadMeter::compute(const engine::TileOperands& operands,
                                       Span<std::int32_t> accumulators) {
  const engine::ArrayResult result = body_->compute(operands, accumulators);
  charge(operands.geometry, result);
  return result;
}

void LoadMeter::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  geometry_ = &operands.geometry;
  body_->begin(operands, accumulators);
}

bool LoadMeter::step() {
  if (body_->step()) {
    return true;
  }
  charge(*geometry_, body_->result());
  return false;
}

void LoadMeter::charge(const engine::TileGeometry& geometry, const engine::ArrayResult& result) {
  const LoadCounts& loads = counter_.loads();
  feed_stalls_ += loads.feed_stall_cycles;
  hazard_stalls_ += loads.hazard_stall_cycles;
  second_loads_ += loads.second_loads;
  fedp_loads_ += loads.fedp_loads;
  // As other arrays are counted: every PE in every cycle in which the array works.
  dot_products_.count += result.pe_cycles * fedp_columns;
  selections_.count += result.pe_cycles;
  index_registers_.count += result.pe_cycles;
  weight_registers_.count += result.pe_cycles;
  sum_registers_.count += result.pe_cycles;
  const std::uint64_t octet_rows = geometry.array_rows / octet_channels;
  activation_bytes_.count +=
      result.passes * geometry.array_columns * octet_rows * body_->pass_bytes();
}

}  // namespace lacuna::sparsynergy
