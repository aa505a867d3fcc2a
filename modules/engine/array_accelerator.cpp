// SPDX-License-Identifier: Apache-2.0
#include "engine/array_accelerator.h"

#include "engine/placement.h"

namespace lacuna::engine {

namespace {

std::string array_path(const sc_core::sc_module& module) {
  return std::string(module.name()) + ".pe_array";
}

}  // namespace

ArrayAccelerator::ArrayAccelerator(const sc_core::sc_module_name& name,
                                   const ArrayAcceleratorParts& parts,
                                   tlm::Surroundings& surroundings)
    : Accelerator(name),
      blocks_(parts.blocks),
      rows_(parts.rows),
      columns_(parts.columns),
      array_(parts.body(array_path(*this)), array_path(*this), parts.technology, parts.rows,
             parts.columns, surroundings),
      pipeline_(parts.blocks, parts.id, parts.clock, array_, array_path(*this), surroundings) {
  offer_initiator("memory", pipeline_.memory());
  offer_target("control", pipeline_.registers());
  offer_output("interrupt", pipeline_.interrupt());
}

void ArrayAccelerator::survey(const std::vector<ChannelSensitivity>& /*network*/) {}

MapperLimits ArrayAccelerator::limits(const PrepareOptions& options) const {
  return mapper_limits(blocks_, rows_, columns_, options);
}

std::vector<tlm::PortDocumentation> array_accelerator_ports() {
  return {{"memory", "initiator", "the DMA engine's way to the interconnect"},
          {"control", "target", "registers, 4 KiB (doc/registers.md)"},
          {"interrupt", "output", "high while a finished job is not acknowledged"}};
}

}  // namespace lacuna::engine
