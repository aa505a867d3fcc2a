// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "tlm/at_senders.h"
#include "tlm/component.h"
#include "tlm/payload_pool.h"
#include "tlm/time.h"

namespace lacuna::test {

/// What a player is to do, and what came of it.
struct Access {
  std::int64_t at = 0;  ///< picoseconds: not before
  bool write = false;
  std::uint64_t address = 0;
  std::size_t bytes = 64;
  std::uint8_t fill = 0;              ///< of written data
  std::vector<std::uint8_t> enables;  ///< none: all
  std::int32_t priority = 0;

  std::int64_t accepted = -1;   ///< picoseconds of END_REQ
  std::int64_t responded = -1;  ///< picoseconds of BEGIN_RESP
  ::tlm::tlm_response_status status = ::tlm::TLM_INCOMPLETE_RESPONSE;
  std::vector<std::uint8_t> data;  ///< as read
};

/// An AT initiator that plays a list of accesses in order, a bounded number at a time.
class Player : public tlm::Component {
 public:
  enum class EndResponse { completed, updated, later };

  Player(const sc_core::sc_module_name& name, std::vector<Access> accesses,
         std::size_t outstanding = 1000)
      : Component(name),
        memory("memory"),
        accesses(std::move(accesses)),
        requester(this->name()),
        outstanding_(outstanding),
        sender_([this](tlm::Payload& payload, ::tlm::tlm_phase& phase,
                       sc_core::sc_time& delay) { return forward(payload, phase, delay); },
                listener()) {
    offer_initiator("memory", memory);
    memory.register_nb_transport_bw(this, &Player::backward);
    SC_HAS_PROCESS(Player);
    SC_METHOD(play);
    sensitive << wake_;
    SC_METHOD(end_late);
    sensitive << late_;
    dont_initialize();
  }

  tlm_utils::simple_initiator_socket<Player, tlm::socket_width> memory;
  std::vector<Access> accesses;
  std::string requester;
  EndResponse end_response = EndResponse::completed;
  sc_core::sc_time end_delay;   ///< of END_RESP, for `later`
  sc_core::sc_time annotation;  ///< on BEGIN_REQ
  std::size_t done = 0;
  std::size_t most_in_flight = 0;
  std::size_t protocol_errors = 0;

  bool finished() const { return done == accesses.size(); }
  std::string waiting_for() const override {
    return finished() ? "" : "its target: " + std::to_string(in_flight_) + " under way";
  }
  tlm::PayloadPool& pool() { return pool_; }

 private:
  tlm::RequestSender::Listener listener() {
    tlm::RequestSender::Listener result;
    result.accepted = [this](tlm::Payload& payload, const sc_core::sc_time& when) {
      access_of(payload).accepted = tlm::to_time(when).value();
    };
    result.responded = [this](tlm::Payload& payload, const sc_core::sc_time& when, bool expected) {
      respond(payload, when, expected);
    };
    return result;
  }

  Access& access_of(tlm::Payload& payload) { return accesses[tlm::info_of(payload)->tag]; }

  void play() {
    while (next_ < accesses.size() && in_flight_ < outstanding_) {
      const Access& access = accesses[next_];
      const std::int64_t now = tlm::now().value();
      if (access.at > now) {
        wake_.notify(tlm::to_sc_time(Time(access.at - now)));
        return;
      }
      tlm::Payload& payload = pool_.read(access.address, access.bytes, &requester);
      std::memset(payload.get_data_ptr(), access.fill, access.bytes);
      if (access.write) {
        payload.set_command(::tlm::TLM_WRITE_COMMAND);
      }
      if (!access.enables.empty()) {
        const auto enables = pool_.add_byte_enables(payload);
        for (std::size_t i = 0; i < enables.size(); ++i) {
          enables[i] = access.enables[i % access.enables.size()];
        }
      }
      tlm::info_of(payload)->priority = access.priority;
      tlm::info_of(payload)->tag = next_++;
      most_in_flight = std::max(most_in_flight, ++in_flight_);
      sender_.send(payload);
    }
  }

  ::tlm::tlm_sync_enum forward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                               sc_core::sc_time& delay) {
    if (phase == ::tlm::BEGIN_REQ) {
      delay += annotation;
    }
    return memory->nb_transport_fw(payload, phase, delay);
  }

  void respond(tlm::Payload& payload, const sc_core::sc_time& when, bool expected) {
    Access& access = access_of(payload);
    protocol_errors += access.responded >= 0 || access.accepted < 0 ? 1 : 0;
    access.responded = tlm::to_time(when).value();
    access.status = payload.get_response_status();
    if (payload.is_read()) {
      access.data.assign(payload.get_data_ptr(), payload.get_data_ptr() + access.bytes);
    }
    ++done;
    if (expected && end_response == EndResponse::later) {
      late_payloads_.push_back(&payload);
      late_.notify(end_delay);
      return;
    }
    forget(payload);
  }

  void forget(tlm::Payload& payload) {
    --in_flight_;
    payload.release();
    wake_.notify(sc_core::SC_ZERO_TIME);
  }

  ::tlm::tlm_sync_enum backward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                sc_core::sc_time& delay) {
    const bool response = phase == ::tlm::BEGIN_RESP;
    protocol_errors += response && !late_payloads_.empty() ? 1 : 0;
    payload.acquire();
    sender_.backward(payload, phase, delay);
    payload.release();
    if (!response || end_response == EndResponse::later) {
      return ::tlm::TLM_ACCEPTED;
    }
    if (end_response == EndResponse::updated) {
      phase = ::tlm::END_RESP;
      return ::tlm::TLM_UPDATED;
    }
    return ::tlm::TLM_COMPLETED;
  }

  void end_late() {
    tlm::Payload& payload = *late_payloads_.front();
    late_payloads_.pop_front();
    sender_.end_response(payload);
    forget(payload);
  }

  tlm::PayloadPool pool_;
  std::size_t outstanding_;
  std::size_t in_flight_ = 0;
  std::size_t next_ = 0;
  tlm::RequestSender sender_;
  std::deque<tlm::Payload*> late_payloads_;
  sc_core::sc_event wake_;
  sc_core::sc_event late_;
};

}  // namespace lacuna::test
