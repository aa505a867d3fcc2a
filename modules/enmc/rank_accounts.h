// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/energy.h"
#include "core/statistics.h"
#include "tlm/surroundings.h"

namespace lacuna::enmc {

/// What all ranks of a module count together, and what it costs [Liu, dissertation, Table 6.5].
struct RankAccounts {
  RankAccounts(const std::string& name, std::uint32_t ranks, tlm::Surroundings& surroundings);

  Counter& instructions;
  Counter& rows_screened;
  Counter& candidates;
  Counter& screener_bytes;
  Counter& executor_bytes;
  Counter& screener_cycles;
  Counter& executor_cycles;
  Counter& special_cycles;
  Counter& active_cycles;
  EnergyEvent& int4_mac;
  EnergyEvent& fp32_mac;
  EnergyEvent& buffer_cycle;
  EnergyEvent& control_cycle;
  EnergyEvent& memory_control_cycle;
};

}  // namespace lacuna::enmc
