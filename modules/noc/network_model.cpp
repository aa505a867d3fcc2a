// SPDX-License-Identifier: Apache-2.0
#include "noc/network_model.h"

#include "noc/blocking_network.h"
#include "noc/sharing_network.h"

namespace lacuna::noc {

std::unique_ptr<PacketNetwork> make_network(NetworkModel model, const Topology& topology,
                                            const NetworkShape& shape,
                                            const NetworkTiming& timing) {
  if (model == NetworkModel::flit) {
    return std::make_unique<FlitNetwork>(topology, shape, timing);
  }
  if (shape.virtual_channels == 1) {
    return std::make_unique<BlockingNetwork>(topology, shape, timing);
  }
  return std::make_unique<SharingNetwork>(topology, shape, timing);
}

}  // namespace lacuna::noc
