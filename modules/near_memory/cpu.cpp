// SPDX-License-Identifier: Apache-2.0
#include "near_memory/cpu.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/summary.h"
#include "memory/dram.h"
#include "near_memory/declared_rows.h"

namespace lacuna::near_memory {

Cpu::Cpu(const sc_core::sc_module_name& name, const CpuParams& params,
         tlm::Surroundings& surroundings)
    : Machine(name, params.unit, params.screening, params.front_end, surroundings),
      params_(params),
      memories_(params.channels) {
  Unit& unit = add_unit("cores", params.channels, params.interleave.value());
  for (std::uint32_t i = 0; i < params.channels; ++i) {
    offer_initiator(fmt::format("memory{}", i), unit.port.socket(i));
  }
  clock_units(1e12 / params.clock.value());
}

void Cpu::bound(const std::string& port, const Component& target, const std::string&) {
  const auto* dram = dynamic_cast<const memory::Dram*>(&target);
  if (dram == nullptr) {
    watchdog_.fail(
        input_error({}, fmt::format("{}.{}", name(), port), "must lead to a memory, memory"));
    return;
  }
  memories_.at(std::stoul(port.substr(std::string("memory").size()))) = dram->name();
  capacity_ = dram->capacity().value();
  bandwidth_ = dram->peak_bandwidth().value() * params_.channels;
  units_.front()->paced_to(params_.bandwidth_share < 1 ? bandwidth_ * params_.bandwidth_share : 0);
}

std::vector<Machine::MemoryShare> Cpu::contents(
    const std::shared_ptr<const workload::ClassifierData>& data) const {
  const auto whole = declared_rows(data, layout_, 0);
  const std::uint64_t stripe = alignment();
  const std::uint64_t bytes = (layout_.declared + stripe - 1) / stripe * params_.interleave.value();
  std::vector<MemoryShare> shares;
  for (std::uint32_t i = 0; i < params_.channels; ++i) {
    shares.push_back({memories_[i], 0, bytes,
                      interleaved_bytes(whole, i, params_.channels, params_.interleave.value())});
  }
  return shares;
}

/// Whoever made the contexts leaves them in memory.
void Cpu::write_contexts() {
  MemoryPort& port = units_.front()->port;
  for (std::uint32_t c = 0; c < layout_.contexts; ++c) {
    for (const bool screener : {true, false}) {
      if (screener && !layout_.screening) {
        continue;
      }
      const Matrix& matrix = screener ? layout_.screener : layout_.classifier;
      port.store(matrix.features_at + std::uint64_t{c} * matrix.feature_stride(),
                 context_bytes(c, screener));
    }
  }
  port.await_stores();
}

/// They are in its cache.
void Cpu::read_results(std::vector<Wanted> wanted) {
  for (const Wanted& part : wanted) {
    units_.front()->port.look(part.offset, part.into);
  }
}

Time Cpu::time_of_host(double operations) const {
  const double per_clock = static_cast<double>(params_.unit.macs());
  return Time(
      static_cast<std::int64_t>(std::ceil(operations / per_clock * 1e12 / params_.clock.value())));
}

void Cpu::summarise(Summary& summary) const {
  Machine::summarise(summary);
  summary.add("peak_bandwidth_gbps", bandwidth_ * 1e-9);
  summary.add("peak_gmacs",
              static_cast<double>(params_.unit.macs()) * params_.clock.value() * 1e-9);
}

tlm::ModuleType cpu_type() {
  auto type = tlm::module_type<CpuParams, Cpu>(
      "classification_cpu", "a processor that classifies from memory: a roofline over channels");
  type.ports = {{"memory0, ...", "initiator", "memory of a module of one channel each"}};
  type.counters = machine_counters();
  return type;
}

}  // namespace lacuna::near_memory
