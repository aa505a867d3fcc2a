// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/units.h"
#include "noc/packet_network.h"

namespace lacuna::noc {

/// A component's network, for whoever sends packets into it directly: traffic generators. Bound in a platform as
/// `traffic.network: noc.network`.
class PacketPort {
 public:
  virtual ~PacketPort() = default;

  virtual std::uint32_t columns() const = 0;
  virtual std::uint32_t rows() const = 0;
  /// Whether uniform traffic to oneself is usual for the network's timing: BookSim's yes, Noxim's no.
  virtual bool usual_self_traffic() const = 0;
  virtual Time period() const = 0;

  /// Packets created from `first` to before `end` count in the network's latency and throughput.
  virtual void measure(Cycle first, Cycle end) = 0;
  /// As PacketNetwork's.
  virtual std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) = 0;
  virtual std::uint32_t longest_multicast() const = 0;
  /// Sends a packet; it must be created in a cycle after the present one. Its token has 63 bits.
  virtual void inject(const Packet& packet) = 0;
  /// Who hears of injected packets' deliveries: in the order of their cycles, but some cycles late.
  virtual void on_injected_delivery(PacketNetwork::Delivered delivered) = 0;
};

}  // namespace lacuna::noc
