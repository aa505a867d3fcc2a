// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "noc/flit_network.h"
#include "noc/network_timing.h"
#include "noc/packet_network.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// How closely a network is followed.
enum class NetworkModel {
  flit,  ///< FlitNetwork
  fast,  ///< BlockingNetwork with one virtual channel: the same times; SharingNetwork with several: an estimate
};

std::unique_ptr<PacketNetwork> make_network(NetworkModel model, const Topology& topology,
                                            const NetworkShape& shape, const NetworkTiming& timing);

}  // namespace lacuna::noc
