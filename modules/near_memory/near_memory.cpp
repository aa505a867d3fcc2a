// SPDX-License-Identifier: Apache-2.0
#include "near_memory/near_memory.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/summary.h"
#include "near_memory/declared_rows.h"

namespace lacuna::near_memory {

namespace {

/// Of results, one access of the host.
constexpr std::uint64_t access_bytes = 4096;
constexpr std::size_t accesses_under_way = 128;

EnergyEvent& energy_of(tlm::Surroundings& surroundings, const std::string& name,
                       const char* category, const std::string& entry) {
  return surroundings.energy.add(name, category, surroundings.technology.entry(entry).energy);
}

}  // namespace

NearMemory::NearMemory(const sc_core::sc_module_name& name, const NearMemoryParams& params,
                       tlm::Surroundings& surroundings)
    : Machine(name, params.unit, params.screening, params.front_end, surroundings),
      params_(params),
      host_("host", 1, 1),
      unit_cycle_(energy_of(surroundings, std::string(this->name()) + ".unit_cycle", "compute",
                            "near_memory." + params.design)),
      control_cycle_(energy_of(surroundings, std::string(this->name()) + ".memory_control_cycle",
                               "control", "enmc.memory_control")) {
  for (std::uint32_t i = 0; i < params.ranks; ++i) {
    Unit& unit = add_unit(fmt::format("rank{}", i), 1, 1);
    offer_initiator(fmt::format("rank_port{}", i), unit.port.socket(0));
  }
  offer_initiator("memory", host_.socket(0));
  const std::string path = this->name();
  surroundings.area.add(path + ".unit",
                        surroundings.technology.entry("near_memory." + params.design).area,
                        params.ranks);
  surroundings.area.add(path + ".memory_control",
                        surroundings.technology.entry("enmc.area.memory_control").area,
                        params.ranks);
}

void NearMemory::bound(const std::string& port, const Component& target,
                       const std::string& target_port) {
  const auto* dram = dynamic_cast<const memory::Dram*>(&target);
  const Time clock = target.command_period(target_port);
  if (dram == nullptr || clock == Time(0)) {
    watchdog_.fail(input_error({}, fmt::format("{}.{}", name(), port),
                               "leads to no memory with model: timed"));
    return;
  }
  const memory::DramOrganisation& organisation = dram->device().organisation;
  const memory::DramTimings& timing = dram->device().timing;
  memory_ = dram->name();
  rank_bytes_ = organisation.rank_bytes();
  rank_bandwidth_ = static_cast<double>(organisation.burst_bytes()) /
                    (static_cast<double>(timing.burst * timing.clock_ps) * 1e-12);
  clock_units(static_cast<double>(clock.value() * params_.memory_clocks));
  if (dram->capacity().value() / rank_bytes_ != params_.ranks) {
    watchdog_.fail(input_error({}, fmt::format("{}.ranks", name()),
                               fmt::format("the memory has {} ranks, found {}",
                                           dram->capacity().value() / rank_bytes_, params_.ranks)));
  }
  if (port != "memory") {
    const std::uint64_t number = std::stoul(port.substr(std::string("rank_port").size()));
    units_.at(number)->port.lie_at(number * rank_bytes_);
  }
}

std::vector<Machine::MemoryShare> NearMemory::contents(
    const std::shared_ptr<const workload::ClassifierData>& data) const {
  std::vector<MemoryShare> shares;
  for (std::uint32_t i = 0; i < params_.ranks; ++i) {
    if (layout_.rows_of(i) != 0) {
      shares.push_back(
          {memory_, i * rank_bytes_, layout_.declared, declared_rows(data, layout_, i)});
    }
  }
  return shares;
}

/// Ordinary memory, in the host's phase: drained when the last answer has come.
void NearMemory::write_contexts() {
  for (std::uint32_t i = 0; i < params_.ranks; ++i) {
    for (std::uint32_t c = 0; c < layout_.contexts; ++c) {
      for (const bool screener : {true, false}) {
        if (screener && !layout_.screening) {
          continue;
        }
        const Matrix& matrix = screener ? layout_.screener : layout_.classifier;
        host_.store(
            i * rank_bytes_ + matrix.features_at + std::uint64_t{c} * matrix.feature_stride(),
            context_bytes(c, screener));
      }
    }
  }
  host_.await_stores();
}

void NearMemory::read_results(std::vector<Wanted> wanted) {
  std::vector<Wanted> accesses;
  for (Wanted& part : wanted) {
    while (!part.into.empty()) {
      const std::size_t count = std::min<std::uint64_t>(part.into.size(), access_bytes);
      accesses.push_back({part.unit, part.offset, part.into.first(count)});
      part.offset += count;
      part.into = part.into.subspan(count);
    }
  }
  std::size_t asked = 0;
  for (const Wanted& access : accesses) {
    while (asked < accesses.size() && host_.loads() < accesses_under_way) {
      const Wanted& next = accesses[asked++];
      host_.load(next.unit * rank_bytes_ + next.offset,
                 static_cast<std::uint32_t>(next.into.size()));
    }
    const Load& load = host_.next();
    std::copy(load.data.begin(), load.data.end(), access.into.begin());
    host_.pop();
  }
}

Time NearMemory::time_of_host(double operations) const {
  return Time(static_cast<std::int64_t>(std::ceil(operations / params_.operations_per_ns * 1e3)));
}

void NearMemory::settle() {
  unit_cycle_.count = accounts_.unit_cycles.value();
  control_cycle_.count = accounts_.unit_cycles.value();
}

void NearMemory::summarise(Summary& summary) const {
  Machine::summarise(summary);
  summary.add("design", params_.design);
}

tlm::ModuleType near_memory_type() {
  auto type = tlm::module_type<NearMemoryParams, NearMemory>(
      "near_memory",
      "FP32 units beside the devices of every rank: NDA, Chameleon, TensorDIMM as classifiers");
  type.ports = {{"rank_port0, ...", "initiator", "rank_port0, ... of a memory"},
                {"memory", "initiator", "the channel port of that memory, for the host's program"}};
  type.counters = machine_counters();
  return type;
}

}  // namespace lacuna::near_memory
