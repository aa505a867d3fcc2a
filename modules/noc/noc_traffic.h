// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "noc/packet_port.h"
#include "noc/synthetic_traffic.h"
#include "tlm/module_type.h"

namespace lacuna::noc {

/// Parameters of module type `noc_traffic`.
struct NocTrafficParams {
  TrafficPattern pattern = TrafficPattern::uniform;
  double rate = 0.1;
  std::uint32_t packet_flits = 8;
  std::uint64_t warmup = 3000;
  std::uint64_t cycles = 20000;
  std::uint32_t hotspot_node = 0;
  double hotspot_share = 0.1;
  std::optional<bool> self;
  std::string schedule;
  std::uint64_t seed = 1;

  template <class Description>
  static void describe(Description& d) {
    d("pattern", &NocTrafficParams::pattern, "where each node's packets go");
    d("rate", &NocTrafficParams::rate, "flits a node and cycle; a Bernoulli trial a cycle")
        .range(0.0, 1.0);
    d("packet_flits", &NocTrafficParams::packet_flits, "flits of a packet").range(1u, 65536u);
    d("warmup", &NocTrafficParams::warmup, "cycles before packets count")
        .range(std::uint64_t{0}, std::uint64_t{1'000'000'000});
    d("cycles", &NocTrafficParams::cycles,
      "cycles whose packets count; none are sent after them, and the network is drained")
        .range(std::uint64_t{1}, std::uint64_t{1'000'000'000});
    d("hotspot_node", &NocTrafficParams::hotspot_node, "pattern hotspot: where the share goes");
    d("hotspot_share", &NocTrafficParams::hotspot_share,
      "pattern hotspot: share of packets to hotspot_node, the rest are uniform")
        .range(0.0, 1.0);
    d("self", &NocTrafficParams::self,
      "uniform destinations include the node itself; as the network's timing if not given: noxim "
      "no, "
      "others yes");
    d("schedule", &NocTrafficParams::schedule,
      "file of packets instead of a pattern: lines of 'cycle source destination flits' under that "
      "header, several destinations of one packet as '3+7+12'; relative to this file");
    d("seed", &NocTrafficParams::seed, "of the random numbers");
  }
};

/// Sends packets into a network directly, from every node.
class NocTraffic : public tlm::Component {
 public:
  /// `written` is what the platform says of it, for the places of what is wrong.
  NocTraffic(const sc_core::sc_module_name& name, const NocTrafficParams& params,
             const Node& written, tlm::Surroundings& surroundings);

  /// Of a schedule: when the tail of every packet left the network, at each of its destinations.
  void summarise(Summary& summary) const override;

 private:
  void end_of_elaboration() override;
  void prepare();
  void prepare_schedule(std::uint32_t nodes);
  void generate();

  NocTrafficParams params_;
  Node written_;
  tlm::Surroundings& surroundings_;
  PacketPort* network_ = nullptr;
  std::unique_ptr<TrafficSource> source_;
  std::vector<Packet> packets_;  // those of one batch, or of the whole schedule
  std::size_t sent_ = 0;         // of the schedule
  /// When the tail of a schedule's packet left at one of its destinations.
  struct Arrival {
    std::size_t packet = 0;
    std::uint32_t destination = 0;
    Cycle tail = -1;
  };
  std::vector<Arrival> arrivals_;           // of the first packets
  std::vector<std::size_t> first_arrival_;  // by packet
  Cycle generated_ = 0;                     // all before this cycle
  sc_core::sc_event wake_;
};

/// Module type `noc_traffic`.
tlm::ModuleType noc_traffic_type();

}  // namespace lacuna::noc

template <>
struct lacuna::EnumNames<lacuna::noc::TrafficPattern> {
  static std::vector<lacuna::EnumName<lacuna::noc::TrafficPattern>> table() {
    using lacuna::noc::TrafficPattern;
    return {{"uniform", TrafficPattern::uniform},       {"transpose", TrafficPattern::transpose},
            {"hotspot", TrafficPattern::hotspot},       {"neighbour", TrafficPattern::neighbour},
            {"complement", TrafficPattern::complement}, {"tornado", TrafficPattern::tornado}};
  }
};
