// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "noc/packet_interconnect.h"

namespace lacuna::noc {

/// Parameters of module type `mesh`.
struct MeshParams : NetworkParams {
  std::uint32_t columns = 4;
  std::uint32_t rows = 4;

  template <class Description>
  static void describe(Description& d) {
    d("columns", &MeshParams::columns, "routers in a row").range(1u, 64u);
    d("rows", &MeshParams::rows, "routers in a column").range(1u, 64u);
    describe_common<MeshParams>(d, "of every link");
  }
  void validate(Validation& check) const;
};

/// Routers in rows and columns with XY routing; node y * columns + x.
class Mesh : public PacketInterconnect {
 public:
  Mesh(const sc_core::sc_module_name& name, const MeshParams& params,
       tlm::Surroundings& surroundings);
};

/// Module type `mesh`.
tlm::ModuleType mesh_type();

}  // namespace lacuna::noc
