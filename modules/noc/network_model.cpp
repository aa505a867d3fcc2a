// SPDX-License-Identifier: Apache-2.0
#include "noc/network_model.h"

namespace lacuna::noc {

std::unique_ptr<PacketNetwork> make_network(NetworkModel model, const Topology& topology,
                                            const NetworkShape& shape,
                                            const NetworkTiming& timing) {
  static_cast<void>(model);
  return std::make_unique<FlitNetwork>(topology, shape, timing);
}

}  // namespace lacuna::noc
