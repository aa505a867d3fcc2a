// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include "core/parameters.h"
#include "tlm/at_senders.h"
#include "tlm/interconnect.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"
#include "tlm/traffic_counters.h"

namespace lacuna::noc {

enum class CrossbarModel { ideal, timed };

/// Parameters of module type `crossbar`.
struct CrossbarParams {
  CrossbarModel model = CrossbarModel::timed;
  std::optional<Frequency> clock;
  std::uint32_t width = 16;
  std::uint32_t latency = 2;
  std::uint32_t queue_depth = 4;

  template <class Description>
  static void describe(Description& d) {
    d("model", &CrossbarParams::model,
      "ideal: no time passes; timed: links are occupied beat by beat and passed with latency");
    d("clock", &CrossbarParams::clock, "of the links; the platform's if not given");
    d("width", &CrossbarParams::width, "bytes that a link moves in a cycle, each way")
        .range(1u, 4096u);
    d("latency", &CrossbarParams::latency,
      "cycles from a request's or response's arrival to its first beat on the other side")
        .range(1u, 1000u);
    d("queue_depth", &CrossbarParams::queue_depth,
      "requests (or responses) under way to one target (or initiator); more wait at their source")
        .range(1u, 1024u);
  }
};

/// A full crossbar: every initiator reaches every target; each target's request link and each initiator's response link carries
/// one transfer at a time.
///
/// A request occupies its target's link for its beats: one for a read, its data for a write. A response occupies its
/// initiator's link likewise, the other way round. A request is handed over when its last beat has passed; a response's
/// beats pass as the target produces them (PayloadInfo::first_beat), and it is handed over after the last.
/// Arbitration is by (arrival, priority, requester, port), and what happens at a clock edge is seen after it, so that the
/// order of processes decides nothing.
class Crossbar : public tlm::Interconnect {
 public:
  Crossbar(const sc_core::sc_module_name& name, const CrossbarParams& params,
           tlm::Surroundings& surroundings);

  /// Any number of initiators.
  tlm_utils::multi_passthrough_target_socket<Crossbar, tlm::socket_width> target;
  /// One binding for every target mapped.
  tlm_utils::multi_passthrough_initiator_socket<Crossbar, tlm::socket_width,
                                                ::tlm::tlm_base_protocol_types, 0,
                                                sc_core::SC_ZERO_OR_MORE_BOUND>
      initiator;

  void map(const tlm::Region& region, tlm::TargetBase& target_socket) override;
  const tlm::AddressMap& address_map() const override { return map_; }
  const std::vector<tlm::UnmappedAccess>& unmapped() const override { return unmapped_; }

  std::string waiting_for() const override;

 private:
  using Cycle = std::int64_t;

  /// A transaction between its BEGIN_REQ and its END_RESP.
  struct Flight {
    tlm::Payload* payload = nullptr;
    std::size_t source = 0;     // port of the initiator
    std::size_t target = 0;     // port of the target; nobody where the address leads nowhere
    std::uint64_t address = 0;  // as the initiator wrote it
    bool end_expected = false;  // the target waits for END_RESP
  };
  /// A transfer that wants a link.
  struct Claim {
    Flight* flight = nullptr;
    Cycle seen = 0;        // first cycle in which the arbiter knows of it
    Cycle first_beat = 0;  // first cycle in which a beat of it could have passed
  };
  /// The way to one target, or back to one initiator: an arbiter, a link, and what is under way behind it.
  struct Link {
    std::vector<Claim> claims;
    Cycle free_at = 0;
    Cycle arbitration = -1;       // the next one scheduled
    std::uint32_t under_way = 0;  // releases that nobody has looked at included
    std::vector<Cycle> releases;  // when what was under way has left
  };
  enum class Step : std::uint8_t {
    end_request,
    end_response,
    deliver_request,
    deliver_response,
    arbitrate_requests,
    arbitrate_responses,
  };
  /// Something to do at a cycle; those of one cycle in the order of steps, then ports.
  struct Action {
    Cycle cycle = 0;
    Step step = Step::arbitrate_requests;
    std::size_t port = 0;
    std::uint64_t order = 0;
    Flight* flight = nullptr;
    friend bool operator>(const Action& a, const Action& b) {
      return std::tie(a.cycle, a.step, a.port, a.order) >
             std::tie(b.cycle, b.step, b.port, b.order);
    }
  };
  struct TargetCounters {
    tlm::TrafficCounters traffic;
    Counter& request_beats;
    Counter& response_beats;
  };
  static constexpr std::size_t nobody = ~std::size_t{0};
  static constexpr Cycle never = std::numeric_limits<Cycle>::max();

  // crossbar.cpp: sockets, address map, ways through that take no time
  void end_of_elaboration() override;
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
  void refuse(tlm::Payload& payload);
  int port_of(std::size_t region) const { return static_cast<int>(port_of_region_[region]); }

  // crossbar_links.cpp: what happens when
  void request(std::size_t source, tlm::Payload& payload, const sc_core::sc_time& when);
  void response(Flight& flight, const sc_core::sc_time& when);
  void finish(tlm::Payload& payload, const sc_core::sc_time& when);
  void work();
  void perform(const Action& action);
  void schedule(Cycle cycle, Step step, std::size_t port, Flight* flight = nullptr);
  void wake_at(Cycle cycle);
  void schedule_arbitration(Link& link, Cycle cycle, Step step, std::size_t port);
  void free_slot(Link& link, Cycle cycle, Step step, std::size_t port);
  /// False, and another look scheduled if its time is known, while as much is under way as may be.
  bool has_room(Link& link, Step step, std::size_t port);
  void arbitrate_requests(std::size_t port);
  void arbitrate_responses(std::size_t port);
  /// The claim that goes first, removed from the link; false, and another look scheduled, while none is seen.
  bool take_winner(Link& link, Step step, std::size_t port, Claim& winner);
  Cycle beats(const tlm::Payload& payload, bool carries_data) const;
  void count_transfer(const tlm::Payload& payload, bool carries_data);
  Cycle cycle_of(const sc_core::sc_time& time) const;
  Cycle seen_after(const sc_core::sc_time& time) const;
  Flight& flight_of(const tlm::Payload& payload);

  CrossbarParams params_;
  bool ideal_;
  std::int64_t period_ps_;
  tlm::Surroundings& surroundings_;

  tlm::AddressMap map_;
  std::vector<std::size_t> port_of_region_;
  std::vector<tlm::TargetBase*> bound_;    // by target port
  std::vector<std::string> target_names_;  // by target port
  std::vector<tlm::UnmappedAccess> unmapped_;

  std::vector<std::unique_ptr<Flight>> flights_;
  std::vector<std::unique_ptr<Flight>> spare_flights_;
  std::vector<Link> request_links_;          // by target port
  std::vector<Link> response_links_;         // by initiator port
  std::vector<Cycle> target_response_free_;  // by target port: its own link for responses
  std::vector<std::unique_ptr<tlm::RequestSender>> requests_;    // by target port
  std::vector<std::unique_ptr<tlm::ResponseSender>> responses_;  // by initiator port
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
  std::uint64_t scheduled_ = 0;
  Cycle now_ = 0;
  Cycle next_wake_ = never;
  bool working_ = false;
  sc_core::sc_event wake_;

  std::vector<TargetCounters> counters_;  // by target port
  Counter& wait_cycles_;
  Counter& address_errors_;
  EnergyEvent* energy_ = nullptr;
};

/// Module type `crossbar`.
tlm::ModuleType crossbar_type();

}  // namespace lacuna::noc

template <>
struct lacuna::EnumNames<lacuna::noc::CrossbarModel> {
  static std::vector<lacuna::EnumName<lacuna::noc::CrossbarModel>> table() {
    using lacuna::noc::CrossbarModel;
    return {{"ideal", CrossbarModel::ideal}, {"timed", CrossbarModel::timed}};
  }
};
