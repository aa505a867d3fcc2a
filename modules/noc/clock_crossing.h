// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "core/parameters.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::noc {

/// Parameters of module type `clock_crossing`.
struct ClockCrossingParams {
  std::optional<Frequency> target_clock;
  std::optional<Frequency> initiator_clock;
  std::uint32_t width = 16;
  std::uint32_t stages = 2;
  std::uint32_t depth = 8;
  std::uint32_t requests = 4;

  template <class Description>
  static void describe(Description& d) {
    d("target_clock", &ClockCrossingParams::target_clock,
      "of the side that requests come from; the platform's if not given");
    d("initiator_clock", &ClockCrossingParams::initiator_clock,
      "of the side that requests go to; the platform's if not given");
    d("width", &ClockCrossingParams::width, "bytes of a word of the FIFOs").range(1u, 4096u);
    d("stages", &ClockCrossingParams::stages,
      "flip-flops of a pointer's synchroniser, in clocks of the side that it arrives at")
        .range(1u, 16u);
    d("depth", &ClockCrossingParams::depth, "words of each FIFO").range(1u, 4096u);
    d("requests", &ClockCrossingParams::requests,
      "requests under way to the other side; a further one waits at its source")
        .range(1u, 1024u);
  }
};

/// When words pass a FIFO between two clocks: words are written at edges of one clock, and read at edges of the other after the
/// write pointer has passed the synchroniser. No SystemC.
class AsynchronousFifo {
 public:
  AsynchronousFifo(Time write_period, Time read_period, std::uint32_t stages, std::uint32_t depth);

  struct Passage {
    Time written;  ///< end of the last word's write cycle
    Time read;     ///< end of the last word's read cycle
  };
  /// Passes `words` that are there at `when`, behind those before.
  Passage pass(Time when, std::uint64_t words);
  /// Between two words of a long stream: the slower clock's period, or what `depth` words allow while the pointers make their
  /// round: the write pointer to the reader, the read pointer back to the writer, a cycle on each side to act.
  Time interval() const { return interval_; }

 private:
  Time write_period_;
  Time read_period_;
  Time latency_;  // from the end of a write cycle to where a read cycle may begin, before alignment
  Time interval_;
  Time next_write_;
  Time next_read_;
};

/// The bridge between two clock domains: an asynchronous FIFO for requests and one for responses. A request takes one word,
/// and one for every `width` bytes that it writes; a response one, and one for every `width` bytes that it brings.
class ClockCrossing : public tlm::Component {
 public:
  ClockCrossing(const sc_core::sc_module_name& name, const ClockCrossingParams& params,
                tlm::Surroundings& surroundings);

  tlm_utils::simple_target_socket<ClockCrossing, tlm::socket_width> target;
  tlm_utils::simple_initiator_socket<ClockCrossing, tlm::socket_width> initiator;

  bool forwards() const override { return true; }
  std::string waiting_for() const override;

 private:
  /// A payload that comes out of a FIFO at a moment.
  struct Crossing {
    tlm::Payload* payload;
    Time when;
  };

  ::tlm::tlm_sync_enum nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  ::tlm::tlm_sync_enum nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void b_transport(tlm::Payload& payload, sc_core::sc_time& delay);

  unsigned transport_dbg(tlm::Payload& payload);
  bool get_direct_mem_ptr(tlm::Payload& payload, ::tlm::tlm_dmi& dmi);
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end);

  void take_request(tlm::Payload& payload, Time when);
  void admit(tlm::Payload& payload, Time when);
  void request_taken();
  void take_response(tlm::Payload& payload, Time when, bool end_expected);
  void end_request();
  void deliver_requests();
  void deliver_responses();
  std::uint64_t words(const tlm::Payload& payload, bool with_data) const;

  ClockCrossingParams params_;
  AsynchronousFifo request_fifo_;
  AsynchronousFifo response_fifo_;
  tlm::RequestSender requests_;
  tlm::ResponseSender responses_;
  std::deque<Crossing> crossing_requests_;
  std::deque<Crossing> crossing_responses_;
  std::uint32_t under_way_ = 0;       // requests not yet taken on the other side
  tlm::Payload* refused_ = nullptr;   // its BEGIN_REQ found no room
  std::optional<Crossing> entering_;  // END_REQ is due when its last word is written
  sc_core::sc_event end_request_due_;
  sc_core::sc_event request_due_;
  sc_core::sc_event response_due_;
  Counter& request_words_;
  Counter& response_words_;
};

/// Module type `clock_crossing`.
tlm::ModuleType clock_crossing_type();

}  // namespace lacuna::noc
