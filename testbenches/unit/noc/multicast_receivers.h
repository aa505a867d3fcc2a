// SPDX-License-Identifier: Apache-2.0
//
// Targets that take writes at their own pace, and players, on an interconnect that knows multicast windows.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <tlm_utils/simple_target_socket.h>

#include "unit/noc/interconnect_system.h"

namespace lacuna::test {

/// Takes a request after it has worked on it for its service time, one after another, and answers when it takes it.
class Receiver : public sc_core::sc_module {
 public:
  Receiver(const sc_core::sc_module_name& name, std::int64_t service)
      : sc_module(name), memory("memory"), service_(service) {
    memory.register_nb_transport_fw(this, &Receiver::forward);
    SC_HAS_PROCESS(Receiver);
    SC_THREAD(serve);
  }

  tlm_utils::simple_target_socket<Receiver, tlm::socket_width> memory;
  struct Write {
    std::int64_t at = 0;  ///< cycle of BEGIN_REQ
    std::uint64_t address = 0;
    std::vector<std::uint8_t> data;
  };
  std::vector<Write> writes;
  ::tlm::tlm_response_status answer = ::tlm::TLM_OK_RESPONSE;

 private:
  ::tlm::tlm_sync_enum forward(tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time&) {
    if (phase == ::tlm::BEGIN_REQ) {
      payload.acquire();
      writes.push_back(
          {tlm::now().value() / cycle,
           payload.get_address(),
           {payload.get_data_ptr(), payload.get_data_ptr() + payload.get_data_length()}});
      waiting_.push_back(&payload);
      wake_.notify(sc_core::SC_ZERO_TIME);
    } else if (phase == ::tlm::END_RESP) {
      open_ = false;
      ended_.notify(sc_core::SC_ZERO_TIME);
      payload.release();
    }
    return ::tlm::TLM_ACCEPTED;
  }
  void serve() {
    while (true) {
      while (waiting_.empty()) {
        wait(wake_);
      }
      tlm::Payload& payload = *waiting_.front();
      waiting_.pop_front();
      wait(tlm::to_sc_time(Time(service_ * cycle)));
      ::tlm::tlm_phase phase = ::tlm::END_REQ;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      memory->nb_transport_bw(payload, phase, delay);
      while (open_) {
        wait(ended_);
      }
      open_ = true;
      payload.set_response_status(answer);
      phase = ::tlm::BEGIN_RESP;
      memory->nb_transport_bw(payload, phase, delay);
    }
  }

  std::int64_t service_;
  std::deque<tlm::Payload*> waiting_;
  bool open_ = false;  // BEGIN_RESP given, END_RESP not seen
  sc_core::sc_event wake_;
  sc_core::sc_event ended_;
};

inline constexpr std::uint64_t receiver_size = 4096;

/// Receivers `r0`, `r1`, ... one behind the other in the memory map, each with a service time in cycles.
template <class Interconnect, class Params>
struct ReceiverSystem {
  ReceiverSystem(const Params& params, const std::vector<std::int64_t>& services)
      : bench(interconnect_technology()), network("noc", params, bench.surroundings) {
    for (std::size_t i = 0; i < services.size(); ++i) {
      const std::string name = "r" + std::to_string(i);
      receivers.push_back(std::make_unique<Receiver>(name.c_str(), services[i]));
      network.map({i * receiver_size, receiver_size, name + ".memory", {}}, receivers[i]->memory);
    }
  }
  Player& add(const std::string& name, std::vector<Access> accesses,
              std::size_t outstanding = 1000) {
    players.push_back(std::make_unique<Player>(name.c_str(), std::move(accesses), outstanding));
    players.back()->memory.bind(network.target);
    network.connected("target", name + ".memory");
    return *players.back();
  }
  void run() {
    bench.watchdog.run();
    for (const auto& player : players) {
      INFO(player->waiting_for() << "; " << network.waiting_for());
      CHECK(player->finished());
      CHECK(player->protocol_errors == 0);
      CHECK(player->pool().in_use() == 0);
    }
    network.settle();
  }

  Bench bench;
  Interconnect network;
  std::vector<std::unique_ptr<Receiver>> receivers;
  std::vector<std::unique_ptr<Player>> players;
};

}  // namespace lacuna::test
