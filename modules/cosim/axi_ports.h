// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <map>
#include <string>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "core/units.h"
#include "cosim/axi_manager.h"
#include "cosim/axi_rtl_model.h"
#include "cosim/axi_subordinate.h"
#include "cosim/request_intake.h"
#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/payload_pool.h"
#include "tlm/traffic_counters.h"

namespace lacuna::cosim {

/// Between a manager port in RTL and an initiator socket: every burst becomes one payload.
class AxiInitiatorPort {
 public:
  AxiInitiatorPort(const std::string& name, const std::string& requester,
                   const AxiBridgeOptions& options, Statistics& statistics,
                   std::function<void()> wake);

  tlm_utils::simple_initiator_socket<AxiInitiatorPort, tlm::socket_width> socket;

  AxiSubordinate& bridge() { return bridge_; }
  /// Gives the module the responses whose time has come. @return whether there was one
  bool deliver(Time now);
  bool idle() const { return bridge_.idle() && bursts_.empty(); }
  std::string waiting_for() const;

 private:
  struct Response {
    tlm::Payload* payload = nullptr;
    Time when;
    bool end_expected = false;
  };
  void request(AxiBurst burst);
  void responded(tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected);
  ::tlm::tlm_sync_enum nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

  const std::string& requester_;
  std::function<void()> wake_;
  tlm::PayloadPool pool_;
  tlm::RequestSender sender_;
  AxiSubordinate bridge_;
  std::map<std::uint64_t, AxiBurst> bursts_;  // by payload's tag
  std::uint64_t next_tag_ = 0;
  std::list<Response> responses_;
  tlm::TrafficCounters traffic_;
};

/// Between a target socket and a subordinate port in RTL: every payload becomes as many bursts as it takes.
class AxiTargetPort {
 public:
  AxiTargetPort(const std::string& name, const std::string& path, const AxiRtlPort& port,
                const AxiBridgeOptions& options, unsigned max_beats, Statistics& statistics,
                std::function<void()> wake);

  tlm_utils::simple_target_socket<AxiTargetPort, tlm::socket_width> socket;

  AxiManager& bridge() { return bridge_; }
  bool idle() const { return intake_.idle(); }

 private:
  struct Transaction {
    tlm::Payload* payload = nullptr;
    std::uint64_t address = 0;  // as this target sees it
    std::size_t bursts = 0;     // without an answer
    std::uint8_t response = axi_okay;
  };
  ::tlm::tlm_sync_enum nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void start(tlm::Payload& payload);
  static void fill_in(AxiBurst& burst, const tlm::Payload& payload);
  void done(const AxiBurst& burst);
  static void take_data(const AxiBurst& burst, const Transaction& transaction);

  AxiRtlPort port_;
  unsigned max_beats_;
  AxiManager bridge_;
  RequestIntake intake_;
  std::map<std::uint64_t, Transaction> transactions_;
  std::uint64_t next_ = 0;
};

}  // namespace lacuna::cosim
