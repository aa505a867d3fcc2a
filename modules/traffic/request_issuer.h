// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "core/fifo.h"
#include "core/latency_histogram.h"
#include "core/units.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/payload_pool.h"
#include "tlm/surroundings.h"
#include "tlm/traffic_counters.h"
#include "traffic/request_source.h"

namespace lacuna::traffic {

/// How an issuer offers its requests.
struct IssueRules {
  Time period;                    ///< of its clock
  std::uint32_t outstanding = 1;  ///< reads without a response at once
  std::int32_t priority = 0;
  bool follows_memory = false;  ///< the clock is that of the memory it is bound to, if that has one
};

/// A TLM initiator that offers the requests of a source to a memory, in order, each at an edge of
/// its clock: not before its own clock, not before the edge after the previous one was taken
/// (END_REQ), and a read only while fewer than `outstanding` reads lack their response. Writes are
/// posted: nothing but END_REQ holds them back.
///
/// It costs at most one kernel event a request, and none where a response makes room for the next at
/// once. Responses' times may lie ahead (annotated), and count from then on.
class RequestIssuer : public tlm::Component {
 public:
  RequestIssuer(const sc_core::sc_module_name& name, const IssueRules& rules,
                std::unique_ptr<RequestSource> source, const tlm::Surroundings& surroundings);

  tlm_utils::simple_initiator_socket<RequestIssuer, tlm::socket_width> memory;

  std::string waiting_for() const override;
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;
  void summarise(Summary& summary) const override;

  const LatencyHistogram& read_latency() const { return read_latency_; }
  const LatencyHistogram& write_latency() const { return write_latency_; }
  std::uint64_t finished() const { return finished_; }
  static std::vector<tlm::PortDocumentation> ports();
  static std::vector<tlm::CounterDocumentation> counters();
  /// From the first offer to the last response.
  Time duration() const { return last_end_ - first_offer_; }

 private:
  /// A request between its offer and its response; PayloadInfo::tag is the slot's number.
  struct Slot {
    Time offered;
    std::uint64_t line = 0;
    std::uint32_t address_column = 0;
  };
  struct OwedEnd {
    tlm::Payload* payload = nullptr;
    Time when;
  };

  void start_of_simulation() override;
  /// Makes requests as long as one may be offered now, and wakes up when the next may be.
  void offer();
  bool fetch();
  /// When a read may be offered as far as is known; false while only an unknown response can tell.
  bool read_allowed_from(Time now, Time& when);
  void send();
  void accepted(const sc_core::sc_time& when);
  void responded(tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected);
  void count(const tlm::Payload& payload, const Slot& slot, Time when);
  void refused(const tlm::Payload& payload, const Slot& slot);
  void fail(const Error& error);
  void finish_if_done();
  void finish();
  void send_owed_ends();
  ::tlm::tlm_sync_enum nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  Time edge_at_or_after(Time time) const;

  IssueRules rules_;
  std::unique_ptr<RequestSource> source_;
  tlm::Watchdog& watchdog_;
  const std::string requester_;
  tlm::PayloadPool pool_;
  tlm::RequestSender sender_;

  MemoryRequest next_;
  bool has_next_ = false;
  bool exhausted_ = false;
  bool in_backward_ = false;
  bool waits_for_read_ = false;  // `outstanding` reads lack their response
  Time next_edge_;               // the first at which the clock has an offer to spare
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t unanswered_reads_ = 0;
  Fifo<Time> read_ends_;  // of answered reads, those ahead of the present, sorted
  std::deque<OwedEnd> owed_ends_;
  sc_core::sc_event wake_;
  sc_core::sc_event end_owed_;
  sc_core::sc_event all_done_;

  tlm::TrafficCounters traffic_;
  LatencyHistogram read_latency_;
  LatencyHistogram write_latency_;
  LatencyHistogram lag_;  // offers later than their clock
  std::uint64_t bytes_ = 0;
  std::uint64_t finished_ = 0;
  Time first_offer_{-1};
  Time last_end_;
};

}  // namespace lacuna::traffic
