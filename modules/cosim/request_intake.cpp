// SPDX-License-Identifier: Apache-2.0
#include "cosim/request_intake.h"

#include <utility>

namespace lacuna::cosim {

RequestIntake::RequestIntake(Owner owner, std::size_t outstanding, Statistics& statistics,
                             const std::string& path)
    : owner_(std::move(owner)),
      outstanding_(outstanding),
      sender_(owner_.backward,
              [](tlm::Payload& payload, const sc_core::sc_time&) { payload.release(); }),
      traffic_(statistics, path) {}

::tlm::tlm_sync_enum RequestIntake::forward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                            sc_core::sc_time& delay,
                                            ::tlm::tlm_response_status refusal) {
  if (phase == ::tlm::END_RESP) {
    sender_.end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  if (refusal != ::tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(refusal);
    return ::tlm::TLM_COMPLETED;
  }
  payload.acquire();
  owner_.wake();
  if (open_ >= outstanding_) {
    blocked_ = &payload;
    return ::tlm::TLM_ACCEPTED;
  }
  start(payload);
  phase = ::tlm::END_REQ;
  return ::tlm::TLM_UPDATED;
}

void RequestIntake::start(tlm::Payload& payload) {
  ++open_;
  owner_.start(payload);
}

void RequestIntake::finish(tlm::Payload& payload, ::tlm::tlm_response_status status) {
  payload.set_response_status(status);
  traffic_.add(payload);
  --open_;
  if (blocked_ != nullptr) {
    tlm::Payload& next = *blocked_;
    blocked_ = nullptr;
    ::tlm::tlm_phase phase = ::tlm::END_REQ;
    sc_core::sc_time delay;
    owner_.backward(next, phase, delay);
    start(next);
  }
  sender_.send(payload);
}

}  // namespace lacuna::cosim
