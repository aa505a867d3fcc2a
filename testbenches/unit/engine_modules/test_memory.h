// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <set>
#include <systemc>
#include <tlm>
#include <vector>

#include <tlm_utils/peq_with_get.h>
#include <tlm_utils/simple_target_socket.h>

#include "tlm/component.h"

namespace lacuna::test {

/// Plain memory behind the four-phase protocol. It keeps the base protocol's rules and counts who
/// breaks them.
class TestMemory : public sc_core::sc_module {
 public:
  /// How a request is answered.
  enum class Answer {
    end_request_later,   ///< TLM_ACCEPTED, END_REQ and BEGIN_RESP on the return path
    end_request_now,     ///< TLM_UPDATED with END_REQ
    begin_response_now,  ///< TLM_UPDATED with BEGIN_RESP
    completed,           ///< TLM_COMPLETED
    response_only,       ///< TLM_ACCEPTED, then BEGIN_RESP without an END_REQ
  };
  struct Behaviour {
    Answer answer = Answer::end_request_later;
    sc_core::sc_time accept_delay;
    sc_core::sc_time min_latency;
    sc_core::sc_time max_latency;  ///< uniformly random in between: responses overtake each other
    std::uint64_t size = 1 << 16;  ///< addresses from here on are unmapped
    std::uint32_t seed = 1;
  };
  struct Seen {
    std::uint64_t address;
    std::uint64_t bytes;
    bool write;
    sc_core::sc_time when;
  };

  tlm_utils::simple_target_socket<TestMemory, tlm::socket_width> target;
  std::vector<std::uint8_t> bytes;
  std::vector<Seen> seen;
  std::size_t most_in_flight = 0;
  std::size_t protocol_errors = 0;

  TestMemory(const sc_core::sc_module_name& name, const Behaviour& behaviour)
      : sc_module(name),
        target("target"),
        bytes(behaviour.size),
        behaviour_(behaviour),
        random_(behaviour.seed),
        accepts_("accepts"),
        responds_("responds") {
    SC_HAS_PROCESS(TestMemory);
    target.register_nb_transport_fw(this, &TestMemory::nb_transport_fw);
    target.register_transport_dbg(this, &TestMemory::transport_dbg);
    SC_METHOD(accept);
    sensitive << accepts_.get_event();
    dont_initialize();
    SC_METHOD(respond);
    sensitive << responds_.get_event();
    dont_initialize();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    }
  }

  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  using Payload = ::tlm::tlm_generic_payload;

  ::tlm::tlm_sync_enum nb_transport_fw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) {
    if (phase == ::tlm::END_RESP) {
      protocol_errors += responding_ == &payload ? 0 : 1;
      responding_ = nullptr;
      finish(payload);
      send_next();
      return ::tlm::TLM_COMPLETED;
    }
    protocol_errors += phase == ::tlm::BEGIN_REQ && requesting_ == nullptr ? 0 : 1;
    protocol_errors += payload.has_mm() && payload.get_data_length() > 0 &&
                               payload.get_response_status() == ::tlm::TLM_INCOMPLETE_RESPONSE
                           ? 0
                           : 1;
    payload.acquire();
    in_flight_.insert(&payload);
    most_in_flight = std::max(most_in_flight, in_flight_.size());
    seen.push_back({payload.get_address(), payload.get_data_length(), payload.is_write(),
                    sc_core::sc_time_stamp()});
    switch (behaviour_.answer) {
      case Answer::end_request_later:
      case Answer::response_only:
        requesting_ = &payload;
        accepts_.notify(payload, behaviour_.accept_delay);
        return ::tlm::TLM_ACCEPTED;
      case Answer::end_request_now:
        delay += behaviour_.accept_delay;
        phase = ::tlm::END_REQ;
        responds_.notify(payload, delay + latency());
        return ::tlm::TLM_UPDATED;
      case Answer::begin_response_now:
        if (responding_ != nullptr) {  // the response channel is taken: later, then
          phase = ::tlm::END_REQ;
          responds_.notify(payload, latency());
          return ::tlm::TLM_UPDATED;
        }
        access(payload);
        responding_ = &payload;
        delay += latency();
        phase = ::tlm::BEGIN_RESP;
        return ::tlm::TLM_UPDATED;
      case Answer::completed:
        break;
    }
    access(payload);
    delay += latency();
    finish(payload);
    return ::tlm::TLM_COMPLETED;
  }

  void accept() {
    while (Payload* payload = accepts_.get_next_transaction()) {
      if (behaviour_.answer == Answer::end_request_later) {
        requesting_ = nullptr;
        ::tlm::tlm_phase phase = ::tlm::END_REQ;
        sc_core::sc_time delay;
        target->nb_transport_bw(*payload, phase, delay);
      }
      responds_.notify(*payload, latency());
    }
  }

  void respond() {
    while (Payload* payload = responds_.get_next_transaction()) {
      queue_.push_back(payload);
    }
    send_next();
  }

  void send_next() {
    if (responding_ != nullptr || queue_.empty()) {
      return;
    }
    responding_ = queue_.front();
    queue_.pop_front();
    access(*responding_);
    if (requesting_ == responding_) {
      requesting_ = nullptr;
    }
    ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
    sc_core::sc_time delay;
    protocol_errors +=
        target->nb_transport_bw(*responding_, phase, delay) == ::tlm::TLM_ACCEPTED ? 0 : 1;
  }

  void access(Payload& payload) {
    const std::uint64_t address = payload.get_address();
    if (address + payload.get_data_length() > bytes.size()) {
      payload.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    copy(payload);
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
  }

  void copy(Payload& payload) {
    std::uint8_t* const data = payload.get_data_ptr();
    const std::uint8_t* const enables = payload.get_byte_enable_ptr();
    for (unsigned i = 0; i < payload.get_data_length(); ++i) {
      std::uint8_t& byte = bytes[payload.get_address() + i];
      if (payload.is_read()) {
        data[i] = byte;
      } else if (enables == nullptr || enables[i] == 0xFF) {
        byte = data[i];
      }
    }
  }

  unsigned transport_dbg(Payload& payload) {
    if (payload.get_address() + payload.get_data_length() > bytes.size()) {
      return 0;
    }
    copy(payload);
    return payload.get_data_length();
  }

  void finish(Payload& payload) {
    in_flight_.erase(&payload);
    payload.release();
  }

  sc_core::sc_time latency() {
    const std::uint64_t low = behaviour_.min_latency.value();
    const std::uint64_t high = std::max(low, std::uint64_t{behaviour_.max_latency.value()});
    return sc_core::sc_time::from_value(
        std::uniform_int_distribution<std::uint64_t>(low, high)(random_));
  }

  const Behaviour behaviour_;
  std::mt19937 random_;
  tlm_utils::peq_with_get<Payload> accepts_;
  tlm_utils::peq_with_get<Payload> responds_;
  const Payload* requesting_ = nullptr;
  Payload* responding_ = nullptr;
  std::deque<Payload*> queue_;
  std::set<const Payload*> in_flight_;
};

}  // namespace lacuna::test
