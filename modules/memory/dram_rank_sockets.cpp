// SPDX-License-Identifier: Apache-2.0
// The sockets within ranks: the same protocol, memory and addresses as the channel's, another way to the data.
#include <fmt/format.h>

#include "memory/dram.h"
#include "tlm/time.h"

namespace lacuna::memory {

Dram::RankPort::RankPort(Dram& memory, std::uint32_t channel_number, std::uint32_t rank_number)
    : dram(memory),
      channel(channel_number),
      rank(rank_number),
      name(fmt::format("rank_port{}", channel_number * memory.params_.ranks + rank_number)),
      socket(name.c_str()) {}

bool Dram::RankPort::holds(const tlm::Payload& payload) const {
  DramTransfer transfer;
  transfer.address = payload.get_address();
  transfer.bytes = payload.get_data_length();
  return dram.controller_->within(transfer, channel, rank);
}

void Dram::make_rank_ports() {
  if (!params_.rank_ports || controller_ == nullptr) {
    return;
  }
  controller_->serve_ranks();
  for (std::uint32_t i = 0; i < params_.channels * params_.ranks; ++i) {
    rank_ports_.push_back(std::make_unique<RankPort>(*this, i / params_.ranks, i % params_.ranks));
    RankPort& port = *rank_ports_.back();
    offer_target(port.name, port.socket);
    make_target_optional(port.name);
    port.responses = std::make_unique<tlm::ResponseSender>(
        [&port](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return port.socket[0]->nb_transport_bw(payload, phase, delay);
        },
        [this, &port](tlm::Payload& payload, const sc_core::sc_time&) {
          response_ended(payload, socket_of(port));
        });
    port.socket.register_nb_transport_fw(&port, &RankPort::nb_transport_fw);
    port.socket.register_b_transport(&port, &RankPort::b_transport);
    port.socket.register_transport_dbg(&port, &RankPort::transport_dbg);
    port.socket.register_get_direct_mem_ptr(&port, &RankPort::get_direct_mem_ptr);
  }
}

::tlm::tlm_sync_enum Dram::RankPort::nb_transport_fw(int, tlm::Payload& payload,
                                                     ::tlm::tlm_phase& phase,
                                                     sc_core::sc_time& delay) {
  return dram.nb_transport_fw(dram.socket_of(*this), payload, phase, delay);
}

void Dram::RankPort::b_transport(int, tlm::Payload& payload, sc_core::sc_time& delay) {
  dram.b_transport(dram.socket_of(*this), payload, delay);
}

unsigned Dram::RankPort::transport_dbg(int, tlm::Payload& payload) {
  return dram.transport_dbg(dram.socket_of(*this), payload);
}

bool Dram::RankPort::get_direct_mem_ptr(int, tlm::Payload& payload, ::tlm::tlm_dmi& dmi) {
  return dram.get_direct_mem_ptr(dram.socket_of(*this), payload, dmi);
}

void Dram::accept_rank_requests() {
  for (const auto& port : rank_ports_) {
    if (!port->refused || port->accepted >= params_.queue_depth) {
      continue;
    }
    const std::uint32_t index = *port->refused;
    port->refused.reset();
    ++port->accepted;
    Flight& flight = flights_[index];
    flight.arrival = tlm::now();  // until here it was its initiator's
    show(flight, flight.arrival);
    expect(index);
    tlm::Payload& payload = *flight.payload;
    ::tlm::tlm_phase phase = ::tlm::END_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    port->socket[0]->nb_transport_bw(payload, phase, delay);
  }
}

}  // namespace lacuna::memory
