// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include <tlm_utils/simple_target_socket.h>

#include "cosim/axi_rtl_model.h"
#include "cosim/axi_stream.h"
#include "cosim/axi_subordinate.h"
#include "cosim/request_intake.h"
#include "cosim/stream.h"
#include "tlm/component.h"

namespace lacuna::cosim {

/// Between a target socket and a stream port in RTL. What is written to the socket, at whatever address, is a packet into the
/// module, answered when its last beat was taken; a read takes so many bytes out of it, answered when they have come. A packet
/// that ends before is an error, and bytes beyond the end of a read are lost.
class AxiStreamPort {
 public:
  AxiStreamPort(const std::string& name, const std::string& path, const AxiRtlPort& port,
                const AxiBridgeOptions& options, Statistics& statistics,
                std::function<void()> wake);

  tlm_utils::simple_target_socket<AxiStreamPort, tlm::socket_width> socket;

  void drive(AxiStreamSignals& signals);
  void clock(const AxiStreamSignals& signals);
  bool idle() const { return intake_.idle(); }

 private:
  ::tlm::tlm_sync_enum nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void start(tlm::Payload& payload);
  void take(const AxiStreamBeat& beat);
  void finish(::tlm::tlm_response_status status);

  AxiRtlPort port_;
  StreamDriver<AxiStreamBeat> into_module_;
  StreamMonitor<AxiStreamBeat> out_of_module_;
  RequestIntake intake_;
  std::deque<tlm::Payload*> open_;
  std::size_t read_ = 0;  // bytes of the oldest read
};

}  // namespace lacuna::cosim
