// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/statistics.h"
#include "tlm/at_senders.h"
#include "tlm/traffic_counters.h"

namespace lacuna::cosim {

/// What the target sockets of bridges share: takes requests, so many at a time, and answers each when it is told to. One more waits with
/// its BEGIN_REQ unanswered.
class RequestIntake {
 public:
  struct Owner {
    tlm::Transport backward;                   ///< through the socket
    std::function<void()> wake;                ///< a request has come
    std::function<void(tlm::Payload&)> start;  ///< begins to serve one
  };
  /// @param path of the socket, for its counters
  RequestIntake(Owner owner, std::size_t outstanding, Statistics& statistics,
                const std::string& path);

  /// A call of the socket's nb_transport_fw.
  /// @param refusal TLM_OK_RESPONSE, or why this request is not served
  ::tlm::tlm_sync_enum forward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                               sc_core::sc_time& delay, ::tlm::tlm_response_status refusal);
  /// Answers a request that was started.
  void finish(tlm::Payload& payload, ::tlm::tlm_response_status status);
  bool idle() const { return open_ == 0 && blocked_ == nullptr; }

 private:
  void start(tlm::Payload& payload);

  Owner owner_;
  std::size_t outstanding_;
  std::size_t open_ = 0;
  tlm::Payload* blocked_ = nullptr;  // BEGIN_REQ without END_REQ
  tlm::ResponseSender sender_;
  tlm::TrafficCounters traffic_;
};

}  // namespace lacuna::cosim
