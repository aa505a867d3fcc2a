// SPDX-License-Identifier: Apache-2.0
#include "enmc/rank_accounts.h"

namespace lacuna::enmc {

namespace {

Counter& counter(tlm::Surroundings& surroundings, const std::string& path, Measure measure,
                 const char* description) {
  return surroundings.statistics.add(path, measure, description);
}

EnergyEvent& event(tlm::Surroundings& surroundings, const std::string& name, const char* category,
                   const std::string& entry) {
  return surroundings.energy.add(name, category, surroundings.technology.entry(entry).energy);
}

}  // namespace

RankAccounts::RankAccounts(const std::string& name, std::uint32_t ranks,
                           tlm::Surroundings& surroundings)
    : instructions(counter(surroundings, name + ".instructions", Measure::count,
                           "instructions that the host sent, by rank that heard them")),
      rows_screened(counter(surroundings, name + ".rows_screened", Measure::count,
                            "rows times contexts that the filters saw")),
      candidates(counter(surroundings, name + ".candidates", Measure::count,
                         "rows times contexts that passed")),
      screener_bytes(counter(surroundings, name + ".screener_bytes", Measure::bytes,
                             "features, biases and weights that the Screeners loaded")),
      executor_bytes(counter(surroundings, name + ".executor_bytes", Measure::bytes,
                             "features and weights that the Executors loaded")),
      screener_cycles(counter(surroundings, name + ".screener_cycles", Measure::cycles,
                              "clocks in which INT4 MACs worked, all ranks")),
      executor_cycles(counter(surroundings, name + ".executor_cycles", Measure::cycles,
                              "clocks in which FP32 MACs worked, all ranks")),
      special_cycles(counter(surroundings, name + ".special_cycles", Measure::cycles,
                             "clocks in which special-function units worked, all ranks")),
      active_cycles(counter(surroundings, name + ".active_cycles", Measure::cycles,
                            "clocks in which ranks were the logic's, all ranks")),
      int4_mac(event(surroundings, name + ".int4_mac", "compute", "enmc.int4_mac")),
      fp32_mac(event(surroundings, name + ".fp32_mac", "compute", "enmc.fp32_mac")),
      buffer_cycle(event(surroundings, name + ".buffer_cycle", "sram", "enmc.compute_buffer")),
      control_cycle(event(surroundings, name + ".control_cycle", "control", "enmc.control")),
      memory_control_cycle(
          event(surroundings, name + ".memory_control_cycle", "control", "enmc.memory_control")) {
  for (const char* block :
       {"int4_macs", "fp32_macs", "compute_buffer", "control", "memory_control"}) {
    const std::string entry = std::string("enmc.area.") + block;
    surroundings.area.add(name + "." + block, surroundings.technology.entry(entry).area, ranks);
  }
}

}  // namespace lacuna::enmc
