// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "noc/mapped_interconnect.h"
#include "noc/network_meter.h"
#include "noc/network_params.h"
#include "noc/packet_port.h"
#include "noc/topology.h"

namespace lacuna::noc {

/// Initiators and targets at the nodes of two networks of routers, one for requests and one for responses.
///
/// A transfer travels as packets of a header flit and data flits: the data of a write with its request, of a read with its
/// response. It is handed over after the last tail. An initiator has at most queue_depth requests under way to a target,
/// which the target's node has room for; what an initiator asked for it takes. So a packet that arrives always leaves the
/// network, and requests and responses never wait for each other in it.
///
/// What happens at a clock edge is seen after it, and what is seen in one cycle is served by (priority, requester, port), so
/// that the order of processes decides nothing.
class PacketInterconnect : public MappedInterconnect, public PacketPort {
 public:
  PacketInterconnect(const sc_core::sc_module_name& name, const NetworkParams& params,
                     const Topology& topology, std::uint32_t columns,
                     tlm::Surroundings& surroundings);

  void map(const tlm::Region& region, tlm::TargetBase& target_socket) override;
  void connected(const std::string& port, const std::string& other) override;
  void settle() override;
  void summarise(Summary& summary) const override;
  std::string waiting_for() const override;
  Bandwidth link_bandwidth() const override;

  /// The node of an initiator, by the order of binding, or of a target, by the order of mapping.
  std::uint32_t node_of_initiator(std::size_t port) const { return initiator_nodes_[port]; }
  std::uint32_t node_of_target(std::size_t port) const { return target_nodes_[port]; }

  std::uint32_t columns() const override { return columns_; }
  std::uint32_t rows() const override { return networks_[requests]->nodes() / columns_; }
  bool usual_self_traffic() const override { return params_.timing != TimingPreset::noxim; }
  Time period() const override { return Time(period_ps_); }
  void measure(Cycle first, Cycle end) override { meter_.measure(first, end); }
  std::uint32_t add_group(const std::vector<std::uint32_t>& destinations) override {
    return networks_[requests]->add_group(destinations);
  }
  std::uint32_t longest_multicast() const override {
    return networks_[requests]->longest_multicast();
  }
  void inject(const Packet& packet) override;
  void on_injected_delivery(PacketNetwork::Delivered delivered) override {
    injected_delivered_ = std::move(delivered);
  }

 private:
  enum Way : std::uint8_t { requests, responses };

  /// A transfer that waits for its node to see it.
  struct Claim {
    Flight* flight = nullptr;
    Cycle seen = 0;
    Way way = requests;
  };
  /// What a node's interface does once its last flit is in the network.
  struct Ending {
    Cycle cycle = 0;
    Flight* flight = nullptr;
    Way way = requests;
    bool refused = false;  ///< the response is delivered by nobody but us
  };

  void end_of_elaboration() override;
  void add_target_counters(const std::string& path) override;
  void request(Flight& flight, const sc_core::sc_time& when) override;
  void accepted(Flight& flight, const sc_core::sc_time& when) override;
  void response(Flight& flight, const sc_core::sc_time& when) override;
  void finished(Flight& flight, const sc_core::sc_time& when) override;
  bool at_target(const Flight& flight) const override;

  void place_modules();

  // packet_transfers.cpp
  void work();
  void serve_claims();
  bool has_room(const Flight& flight);
  void start(Flight& flight, Way way);
  void start_multicast(Flight& flight);
  std::uint64_t send(Packet packet, Way way, std::uint64_t bytes, std::uint64_t most, Cycle& flits);
  void serve_endings();
  void arrived(const Packet& packet, Cycle tail, Way way);
  void arrived_copies(const Flight& whole, std::uint32_t node);
  void claim(Flight& flight, Cycle seen, Way way);
  void wake_at(Cycle cycle);
  void plan();
  std::uint64_t moving() const {
    return networks_[requests]->in_flight() + networks_[responses]->in_flight();
  }
  Cycle cycle_of(const sc_core::sc_time& time) const;
  std::uint32_t& under_way(const Flight& flight) {
    return under_way_[flight.source * targets() + flight.target];
  }

  NetworkParams params_;
  Topology topology_;
  NetworkTiming timing_;
  std::uint32_t columns_;
  std::int64_t period_ps_;
  std::array<std::unique_ptr<PacketNetwork>, 2> networks_;  // by Way
  std::vector<std::string> initiator_names_;                // modules, as far as anybody said
  std::vector<std::string> target_modules_;
  std::vector<std::uint32_t> initiator_nodes_;
  std::vector<std::uint32_t> target_nodes_;

  std::vector<Claim> claims_;
  std::vector<Ending> endings_;
  struct Release {
    Cycle cycle;
    std::size_t source;
    std::size_t target;
  };
  std::vector<Release> releases_;
  std::vector<std::uint32_t> under_way_;  // initiator port * targets + target port
  std::vector<Cycle> request_free_;       // by initiator port: its interface takes the next request
  std::vector<Cycle> response_free_;      // by target port
  std::uint64_t transfers_ = 0;           // in the networks
  std::uint64_t injected_ = 0;            // packets by inject(), under way
  Cycle now_ = 0;
  Cycle last_tail_ = 0;  // arrived
  Cycle next_wake_ = never;
  bool working_ = false;
  sc_core::sc_event wake_;

  PacketNetwork::Delivered injected_delivered_;
  NetworkMeter meter_;
  std::vector<std::array<Counter*, 2>> beats_;  // by target port and Way
  Counter& packets_;
  Counter& multicasts_;
  Counter& flits_;
  Counter& link_flits_;
  EnergyEvent* buffer_energy_ = nullptr;
  EnergyEvent* switch_energy_ = nullptr;
  EnergyEvent* link_energy_ = nullptr;
};

/// The ports and counters of a module type that is a PacketInterconnect.
void document_network(tlm::ModuleType& type);

}  // namespace lacuna::noc
