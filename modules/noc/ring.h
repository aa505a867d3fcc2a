// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "noc/packet_interconnect.h"

namespace lacuna::noc {

/// Parameters of module type `ring`.
struct RingParams : NetworkParams {
  std::uint32_t nodes = 8;

  template <class Description>
  static void describe(Description& d) {
    d("nodes", &RingParams::nodes, "routers around the ring").range(2u, 256u);
    describe_common<RingParams>(
        d, "of every link; the upper half is for packets past the ring's dateline: at least 2");
  }
  void validate(Validation& check) const;
};

/// Routers around a ring with links both ways; packets take the shorter one.
class Ring : public PacketInterconnect {
 public:
  Ring(const sc_core::sc_module_name& name, const RingParams& params,
       tlm::Surroundings& surroundings);
};

/// Module type `ring`.
tlm::ModuleType ring_type();

}  // namespace lacuna::noc
