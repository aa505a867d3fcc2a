// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "core/fifo.h"
#include "tlm/payload_info.h"

namespace lacuna::tlm {

/// nb_transport_fw or nb_transport_bw of the other side of a socket.
using Transport =
    std::function<::tlm::tlm_sync_enum(Payload&, ::tlm::tlm_phase&, sc_core::sc_time&)>;

/// The initiator's half of the base protocol on one socket: sends requests one after another, as
/// the exclusion rule asks (no BEGIN_REQ before the previous END_REQ), and understands every way in
/// which a target may answer: four phases, END_REQ or BEGIN_RESP by TLM_UPDATED, END_REQ left out,
/// early TLM_COMPLETED.
class RequestSender {
 public:
  struct Listener {
    /// END_REQ, of this time: the target has taken the request.
    std::function<void(Payload&, const sc_core::sc_time& when)> accepted;
    /// BEGIN_RESP, of this time. If `end_expected`, end_response() must follow; else the
    /// transaction is over.
    std::function<void(Payload&, const sc_core::sc_time& when, bool end_expected)> responded;
  };
  RequestSender(Transport forward, Listener listener)
      : forward_(std::move(forward)), listener_(std::move(listener)) {}

  /// Sends BEGIN_REQ now or, behind others, as soon as the socket is free.
  void send(Payload& payload);
  /// To be called from nb_transport_bw; its result is that function's result.
  ::tlm::tlm_sync_enum backward(Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay);
  /// Sends END_RESP now.
  void end_response(Payload& payload);

  /// Requests that the target has not taken.
  std::size_t waiting() const { return queue_.size(); }
  /// The request that waits for END_REQ, or nullptr.
  const Payload* blocked() const { return current_; }

 private:
  void pump();
  void accept(Payload& payload, const sc_core::sc_time& when);

  Transport forward_;
  Listener listener_;
  Fifo<Payload*> queue_;        // its front is current_, if that is set
  Payload* current_ = nullptr;  // BEGIN_REQ sent, END_REQ not seen
  sc_core::sc_time free_at_;    // of the last END_REQ
  bool pumping_ = false;
};

/// The target's half: sends responses one after another (no BEGIN_RESP before the previous
/// END_RESP).
class ResponseSender {
 public:
  /// `ended` is told of every END_RESP, whichever way it comes: the payload may be released.
  ResponseSender(Transport backward,
                 std::function<void(Payload&, const sc_core::sc_time& when)> ended)
      : backward_(std::move(backward)), ended_(std::move(ended)) {}

  void send(Payload& payload);
  /// END_RESP came on the forward path.
  void end(Payload& payload, const sc_core::sc_time& delay);

  std::size_t waiting() const { return queue_.size(); }
  /// The response that waits for END_RESP, or nullptr.
  const Payload* blocked() const { return current_; }

 private:
  void pump();
  void finish(const sc_core::sc_time& when);

  Transport backward_;
  std::function<void(Payload&, const sc_core::sc_time&)> ended_;
  Fifo<Payload*> queue_;
  Payload* current_ = nullptr;
  sc_core::sc_time free_at_;
  bool pumping_ = false;
};

}  // namespace lacuna::tlm
