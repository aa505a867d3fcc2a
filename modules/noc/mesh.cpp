// SPDX-License-Identifier: Apache-2.0
#include "noc/mesh.h"

namespace lacuna::noc {

void MeshParams::validate(Validation& check) const {
  check.require(columns * rows <= 1024, "rows", "more than 1024 routers");
  validate_common(check, columns * rows);
}

Mesh::Mesh(const sc_core::sc_module_name& name, const MeshParams& params,
           tlm::Surroundings& surroundings)
    : PacketInterconnect(name, params, Topology::mesh(params.columns, params.rows), params.columns,
                         surroundings) {}

tlm::ModuleType mesh_type() {
  tlm::ModuleType type = tlm::module_type<MeshParams, Mesh>(
      "mesh", "two meshes of wormhole routers, for requests and for responses");
  document_network(type);
  return type;
}

}  // namespace lacuna::noc
