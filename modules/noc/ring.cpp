// SPDX-License-Identifier: Apache-2.0
#include "noc/ring.h"

namespace lacuna::noc {

void RingParams::validate(Validation& check) const {
  check.require(
      virtual_channels >= 2, "virtual_channels",
      "a ring needs 2 or more: with one, packets could wait for each other all around it");
  validate_common(check, nodes);
}

Ring::Ring(const sc_core::sc_module_name& name, const RingParams& params,
           tlm::Surroundings& surroundings)
    : PacketInterconnect(name, params, Topology::ring(params.nodes), params.nodes, surroundings) {}

tlm::ModuleType ring_type() {
  tlm::ModuleType type = tlm::module_type<RingParams, Ring>(
      "ring", "two rings of wormhole routers, for requests and for responses");
  document_network(type);
  return type;
}

}  // namespace lacuna::noc
