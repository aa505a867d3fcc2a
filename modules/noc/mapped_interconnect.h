// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include "core/document.h"
#include "noc/multicast_window_params.h"
#include "tlm/at_senders.h"
#include "tlm/interconnect.h"
#include "tlm/module_type.h"
#include "tlm/payload_pool.h"
#include "tlm/surroundings.h"
#include "tlm/traffic_counters.h"

namespace lacuna::noc {

/// What every interconnect of this folder does alike: its sockets, the address map, the ways through that take no time
/// (blocking, debug, DMI), the base protocol on both sides, refusals and counters. How requests and responses travel in
/// between is the derived class's.
///
/// Multicast windows are regions that no target stands behind: a write into one goes to several targets, as a payload of its
/// own for each, and is answered when all have answered. It needs nothing but an address of the initiator, so that any
/// base-protocol initiator can ask for it.
class MappedInterconnect : public tlm::Interconnect {
 public:
  /// Any number of initiators.
  tlm_utils::multi_passthrough_target_socket<MappedInterconnect, tlm::socket_width,
                                             ::tlm::tlm_base_protocol_types, 0,
                                             sc_core::SC_ZERO_OR_MORE_BOUND>
      target;
  /// One binding for every target mapped.
  tlm_utils::multi_passthrough_initiator_socket<MappedInterconnect, tlm::socket_width,
                                                ::tlm::tlm_base_protocol_types, 0,
                                                sc_core::SC_ZERO_OR_MORE_BOUND>
      initiator;

  void map(const tlm::Region& region, tlm::TargetBase& target_socket) override;
  const tlm::AddressMap& address_map() const override { return map_; }
  const std::vector<tlm::UnmappedAccess>& unmapped() const override { return unmapped_; }
  std::string waiting_for() const override;
  /// What the platform says of the module, for the places of what is found wrong later.
  void set_written(const Node& written) { written_ = written; }

 protected:
  static constexpr std::size_t nobody = ~std::size_t{0};

  /// A transaction between its BEGIN_REQ and its END_RESP.
  struct Flight {
    tlm::Payload* payload = nullptr;
    std::size_t source = 0;            // port of the initiator
    std::size_t target = 0;            // port; nobody where the address leads nowhere or to several
    std::uint64_t address = 0;         // as the initiator wrote it
    bool end_expected = false;         // the target waits for END_RESP
    std::uint64_t parts = 0;           // the derived class's: what has yet to arrive
    Flight* whole = nullptr;           // the multicast write that this is a copy of
    std::vector<Flight*> copies = {};  // of a multicast write: those not answered yet, by target
  };
  /// Where a write into a multicast window goes; nowhere, and why, if `refusal` is not empty.
  struct MulticastWay {
    std::vector<std::size_t> targets;  // ports, each once
    std::uint64_t offset = 0;          // from the base of each target's first region
    std::string refusal;
  };

  MappedInterconnect(const sc_core::sc_module_name& name, tlm::Surroundings& surroundings);

  /// An initiator asks. Where the flight's target is nobody and it has no copies, the payload carries its error already.
  virtual void request(Flight& flight, const sc_core::sc_time& when) = 0;
  /// A target took a request.
  virtual void accepted(Flight& flight, const sc_core::sc_time& when) = 0;
  /// A target answers. If the flight says so, end_response() must follow.
  virtual void response(Flight& flight, const sc_core::sc_time& when) = 0;
  /// An initiator has taken its response; the flight is over after this.
  virtual void finished(Flight& flight, const sc_core::sc_time& when) = 0;
  /// The target has this request: it is neither on its way nor is its response.
  virtual bool at_target(const Flight& flight) const = 0;
  /// Where a write goes, `offset` bytes into one of the windows by the order of adding: of one with a name, to its targets.
  virtual MulticastWay multicast_way(std::size_t window, std::uint64_t offset) const;
  /// A target was mapped; its counters stand below the path.
  virtual void add_target_counters(const std::string& path) { static_cast<void>(path); }

  void end_of_elaboration() override;

  /// Gives END_REQ to a flight's initiator.
  void end_request(Flight& flight);
  /// Gives the request to its target, at its address there.
  void deliver_request(Flight& flight);
  /// Gives END_RESP to a flight's target.
  void end_response(Flight& flight);
  /// Gives the response to its initiator. Of a copy: takes it in, and gives the response of the whole after the last.
  void deliver_response(Flight& flight);
  /// A copy has been answered, and END_RESP given if it was expected: the copy is over. True after the last one.
  bool take_in(Flight& copy);

  /// An event of the module's energy, of the technology's entry; nullptr when the technology has none.
  EnergyEvent* add_energy(const std::string& event, const std::string& entry);
  /// Energy by event, and of all, in the whole run.
  void summarise_energy(Summary& summary) const;

  /// Makes a region a multicast window. @throws Error (bad_input) when it overlaps another
  void add_multicast_window(const tlm::Region& region);
  /// Multicast windows with names, before any other.
  void add_multicast_windows(const MulticastWindows& windows);
  /// Finds their targets, when all are mapped. @throws Error (bad_input) on a name that nobody has
  void find_window_targets(const MulticastWindows& windows);
  struct NamedWindow {
    std::string name;
    std::vector<std::size_t> targets;  // ports, ascending
  };
  const std::vector<NamedWindow>& named_windows() const { return named_windows_; }
  /// An error in a parameter, given by its keys: at its place in the platform.
  Error parameter_error(const std::vector<std::string>& keys, const std::string& text) const;

  std::size_t targets() const { return bound_.size(); }
  std::size_t sources() const { return responses_.size(); }
  const std::string& target_name(std::size_t port) const { return target_names_[port]; }
  const std::vector<std::string>& target_names() const { return target_names_; }
  tlm::Surroundings& surroundings() const { return surroundings_; }

 private:
  ::tlm::tlm_sync_enum nb_transport_fw(int port, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  ::tlm::tlm_sync_enum nb_transport_bw(int port, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void b_transport(int port, tlm::Payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int port, tlm::Payload& payload);
  bool get_direct_mem_ptr(int port, tlm::Payload& payload, ::tlm::tlm_dmi& dmi);
  void invalidate_direct_mem_ptr(int port, sc_dt::uint64 start, sc_dt::uint64 end);
  /// Index of the region in which a transaction lies in whole, or AddressMap::npos.
  std::size_t region_of(const tlm::Payload& payload) const;
  void refuse(tlm::Payload& payload, ::tlm::tlm_response_status status, const std::string& why);
  bool is_window(std::size_t region) const { return port_of_region_[region] == nobody; }
  int port_of(std::size_t region) const { return static_cast<int>(port_of_region_[region]); }
  Flight& flight_of(const tlm::Payload& payload);
  Flight& add_flight(tlm::Payload& payload, std::size_t source);
  void remove_flight(Flight& flight);
  void begin(std::size_t source, tlm::Payload& payload, const sc_core::sc_time& when);
  void finish(tlm::Payload& payload, const sc_core::sc_time& when);

  // multicast_writes.cpp
  /// The way of a transaction into a window; refused, and with no targets, unless all of them can take it.
  MulticastWay admitted_way(std::size_t region, tlm::Payload& payload);
  tlm::Payload& copy_of(const tlm::Payload& payload);
  void begin_multicast(Flight& flight, std::size_t region);
  void multicast_blocking(std::size_t region, tlm::Payload& payload, sc_core::sc_time& delay);
  unsigned multicast_debug(std::size_t region, tlm::Payload& payload);
  std::uint64_t base_of_target(std::size_t port) const;

  tlm::Surroundings& surroundings_;
  std::vector<std::pair<std::string, const EnergyEvent*>> energy_;
  tlm::AddressMap map_;
  std::vector<std::size_t> port_of_region_;  // nobody: a multicast window
  std::vector<std::size_t> windows_;         // regions
  std::vector<NamedWindow> named_windows_;   // the first of them
  Node written_;
  tlm::PayloadPool copies_;
  std::vector<tlm::TargetBase*> bound_;    // by target port
  std::vector<std::string> target_names_;  // by target port
  std::vector<tlm::UnmappedAccess> unmapped_;

  std::vector<std::unique_ptr<Flight>> flights_;
  std::vector<std::unique_ptr<Flight>> spare_flights_;
  std::vector<std::unique_ptr<tlm::RequestSender>> requests_;    // by target port
  std::vector<std::unique_ptr<tlm::ResponseSender>> responses_;  // by initiator port
  std::vector<tlm::TrafficCounters> traffic_;                    // by target port
  Counter& address_errors_;
};

/// The ports and counters of a module type that is a MappedInterconnect, and the places of its parameters for its errors.
void document_interconnect(tlm::ModuleType& type);

}  // namespace lacuna::noc
