// SPDX-License-Identifier: Apache-2.0
#include "platform/module_table.h"

#include "baselines/ant/ant.h"
#include "baselines/bitlet/bitlet.h"
#include "baselines/bitwave/bitwave.h"
#include "baselines/highlight/highlight.h"
#include "baselines/pragmatic/pragmatic.h"
#include "baselines/sparse_tensor_core/sparse_tensor_core.h"
#include "baselines/sparten/sparten.h"
#include "baselines/stripes/stripes.h"
#include "baselines/tensor_core/tensor_core.h"
#include "bitvert/bitvert.h"
#include "cosim/axi_rtl.h"
#include "enmc/dimm.h"
#include "enmc/host.h"
#include "host/driver.h"
#include "memory/dram.h"
#include "memory/rank_registers.h"
#include "near_memory/cpu.h"
#include "near_memory/near_memory.h"
#include "noc/clock_crossing.h"
#include "noc/crossbar.h"
#include "noc/mesh.h"
#include "noc/noc_traffic.h"
#include "noc/ring.h"
#include "noc/xy_multicast_bus.h"
#include "sparq/sparse_tensor_core/sparse_tensor_core.h"
#include "sparq/systolic/systolic.h"
#include "sparq/tensor_core/tensor_core.h"
#include "sparsynergy/sparsynergy.h"
#include "traffic/access_script.h"
#include "traffic/trace_player.h"
#include "traffic/traffic_generator.h"

namespace lacuna::platform {

const std::vector<tlm::ModuleType>& module_types() {
  static const std::vector<tlm::ModuleType> types = {
      bitvert::module_type(),
      baselines::stripes_module_type(),
      baselines::pragmatic_module_type(),
      baselines::bitlet_module_type(),
      baselines::tensor_core_module_type(),
      baselines::sparse_tensor_core_module_type(),
      baselines::highlight_module_type(),
      baselines::sparten_module_type(),
      baselines::bitwave_module_type(),
      sparsynergy::module_type(),
      baselines::ant_module_type(),
      sparq::systolic_module_type(),
      sparq::tensor_core_module_type(),
      sparq::sparse_tensor_core_module_type(),
      enmc::dimm_type(),
      enmc::host_type(),
      near_memory::near_memory_type(),
      near_memory::cpu_type(),
      memory::dram_type(),
      memory::rank_registers_type(),
      noc::crossbar_type(),
      noc::mesh_type(),
      noc::ring_type(),
      noc::multicast_bus_type(),
      noc::noc_traffic_type(),
      noc::clock_crossing_type(),
      host::module_type(),
      cosim::axi_rtl_type(),
      traffic::access_script_type(),
      traffic::trace_player_type(),
      traffic::traffic_generator_type(),
  };
  return types;
}

const tlm::ModuleType* find_module_type(const std::string& name) {
  for (const tlm::ModuleType& type : module_types()) {
    if (type.name == name) {
      return &type;
    }
  }
  return nullptr;
}

std::vector<std::string> module_type_names() {
  std::vector<std::string> names;
  for (const tlm::ModuleType& type : module_types()) {
    names.push_back(type.name);
  }
  return names;
}

}  // namespace lacuna::platform
