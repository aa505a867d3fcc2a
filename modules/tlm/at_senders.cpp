// SPDX-License-Identifier: Apache-2.0
#include "tlm/at_senders.h"

#include <algorithm>

#include "core/error.h"

namespace lacuna::tlm {

namespace {

/// A phase that ended at an annotated time keeps the socket until then: the next one is annotated
/// in turn.
sc_core::sc_time delay_until(const sc_core::sc_time& time, const sc_core::sc_time& now) {
  return time > now ? time - now : sc_core::SC_ZERO_TIME;
}

}  // namespace

void RequestSender::send(Payload& payload) {
  queue_.push_back(&payload);
  pump();
}

void RequestSender::pump() {
  // The target may answer from within the call, and the listener may send from within the answer.
  if (pumping_) {
    return;
  }
  pumping_ = true;
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  while (current_ == nullptr && !queue_.empty()) {
    Payload& payload = *queue_.front();
    current_ = &payload;
    ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
    sc_core::sc_time delay = delay_until(free_at_, now);
    const ::tlm::tlm_sync_enum status = forward_(payload, phase, delay);
    const sc_core::sc_time when = now + delay;
    if (status == ::tlm::TLM_COMPLETED) {
      accept(payload, when);
      listener_.responded(payload, when, false);
    } else if (status == ::tlm::TLM_UPDATED && phase == ::tlm::END_REQ) {
      accept(payload, when);
    } else if (status == ::tlm::TLM_UPDATED && phase == ::tlm::BEGIN_RESP) {
      accept(payload, when);
      listener_.responded(payload, when, true);
    }
  }
  pumping_ = false;
}

void RequestSender::accept(Payload& payload, const sc_core::sc_time& when) {
  current_ = nullptr;
  queue_.pop_front();
  free_at_ = when;
  listener_.accepted(payload, when);
}

::tlm::tlm_sync_enum RequestSender::backward(Payload& payload, ::tlm::tlm_phase& phase,
                                             sc_core::sc_time& delay) {
  const sc_core::sc_time when = sc_core::sc_time_stamp() + delay;
  if (phase == ::tlm::END_REQ) {
    if (&payload != current_) {
      throw model_error("END_REQ for a request that was not being made");
    }
    accept(payload, when);
  } else if (phase == ::tlm::BEGIN_RESP) {
    if (&payload == current_) {
      accept(payload, when);
    }
    listener_.responded(payload, when, true);
  }
  pump();
  return ::tlm::TLM_ACCEPTED;
}

void RequestSender::end_response(Payload& payload) {
  ::tlm::tlm_phase phase = ::tlm::END_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  forward_(payload, phase, delay);
}

void ResponseSender::send(Payload& payload) {
  queue_.push_back(&payload);
  pump();
}

void ResponseSender::pump() {
  if (pumping_) {
    return;
  }
  pumping_ = true;
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  while (current_ == nullptr && !queue_.empty()) {
    current_ = queue_.front();
    ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
    sc_core::sc_time delay = delay_until(free_at_, now);
    const ::tlm::tlm_sync_enum status = backward_(*current_, phase, delay);
    if (status == ::tlm::TLM_COMPLETED ||
        (status == ::tlm::TLM_UPDATED && phase == ::tlm::END_RESP)) {
      finish(now + delay);
    }
  }
  pumping_ = false;
}

void ResponseSender::end(Payload& payload, const sc_core::sc_time& delay) {
  if (&payload != current_) {
    throw model_error("END_RESP for a response that was not being given");
  }
  finish(sc_core::sc_time_stamp() + delay);
  pump();
}

void ResponseSender::finish(const sc_core::sc_time& when) {
  Payload& payload = *current_;
  current_ = nullptr;
  queue_.pop_front();
  free_at_ = when;
  ended_(payload, when);
}

}  // namespace lacuna::tlm
