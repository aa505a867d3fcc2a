// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_ports.h"

#include <algorithm>

#include <fmt/format.h>

#include "tlm/time.h"

namespace lacuna::cosim {

AxiInitiatorPort::AxiInitiatorPort(const std::string& name, const std::string& requester,
                                   const AxiBridgeOptions& options, Statistics& statistics,
                                   std::function<void()> wake)
    : socket(name.c_str()),
      requester_(requester),
      wake_(std::move(wake)),
      sender_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return socket->nb_transport_fw(payload, phase, delay);
          },
          {[](tlm::Payload&, const sc_core::sc_time&) {},
           [this](tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
             responded(payload, when, end_expected);
           }}),
      bridge_(options, [this](AxiBurst burst) { request(std::move(burst)); }),
      traffic_(statistics, requester + "." + name) {
  socket.register_nb_transport_bw(this, &AxiInitiatorPort::nb_transport_bw);
}

/// Bytes before an unaligned start are not the manager's business: it said the address.
void AxiInitiatorPort::request(AxiBurst burst) {
  if (burst.address.burst != axi_incr) {
    burst.response = axi_slverr;
    bridge_.respond(std::move(burst));
    return;
  }
  const std::size_t skipped = burst.address.address - burst.first_byte();
  const std::size_t bytes = burst.data.size() - skipped;
  tlm::Payload& payload = pool_.take(bytes, &requester_);
  payload.set_address(burst.address.address);
  payload.set_command(burst.write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
  if (burst.write) {
    std::copy_n(burst.data.begin() + static_cast<std::ptrdiff_t>(skipped), bytes,
                payload.get_data_ptr());
    const auto enables = burst.enables.begin() + static_cast<std::ptrdiff_t>(skipped);
    if (!std::all_of(enables, burst.enables.end(), [](bool enabled) { return enabled; })) {
      const Span<std::uint8_t> bits = pool_.add_byte_enables(payload);
      for (std::size_t i = 0; i < bytes; ++i) {
        bits[i] = enables[static_cast<std::ptrdiff_t>(i)] ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
      }
    }
  }
  tlm::info_of(payload)->tag = next_tag_;
  bursts_.emplace(next_tag_++, std::move(burst));
  sender_.send(payload);
}

void AxiInitiatorPort::responded(tlm::Payload& payload, const sc_core::sc_time& when,
                                 bool end_expected) {
  responses_.push_back({&payload, tlm::to_time(when), end_expected});
  wake_();
}

bool AxiInitiatorPort::deliver(Time now) {
  bool delivered = false;
  for (auto response = responses_.begin(); response != responses_.end();) {
    if (response->when > now) {
      ++response;
      continue;
    }
    tlm::Payload& payload = *response->payload;
    const bool end_expected = response->end_expected;
    response = responses_.erase(response);
    if (end_expected) {
      sender_.end_response(payload);
    }
    auto found = bursts_.find(tlm::info_of(payload)->tag);
    AxiBurst burst = std::move(found->second);
    bursts_.erase(found);
    traffic_.add(payload);
    burst.response = payload.is_response_ok() ? axi_okay
                     : payload.get_response_status() == ::tlm::TLM_ADDRESS_ERROR_RESPONSE
                         ? axi_decerr
                         : axi_slverr;
    if (!burst.write) {
      std::copy_n(payload.get_data_ptr(), payload.get_data_length(),
                  burst.data.end() - static_cast<std::ptrdiff_t>(payload.get_data_length()));
    }
    payload.release();
    bridge_.respond(std::move(burst));
    delivered = true;
  }
  return delivered;
}

::tlm::tlm_sync_enum AxiInitiatorPort::nb_transport_bw(tlm::Payload& payload,
                                                       ::tlm::tlm_phase& phase,
                                                       sc_core::sc_time& delay) {
  return sender_.backward(payload, phase, delay);
}

std::string AxiInitiatorPort::waiting_for() const {
  return bursts_.empty() ? ""
                         : fmt::format("{} responses on {}", bursts_.size(), socket.basename());
}

AxiTargetPort::AxiTargetPort(const std::string& name, const std::string& path,
                             const AxiRtlPort& port, const AxiBridgeOptions& options,
                             unsigned max_beats, Statistics& statistics, std::function<void()> wake)
    : socket(name.c_str()),
      port_(port),
      max_beats_(port.lite ? 1 : max_beats),
      bridge_(options, port.ids, [this](const AxiBurst& burst) { done(burst); }),
      intake_({[this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
                 return socket->nb_transport_bw(payload, phase, delay);
               },
               std::move(wake), [this](tlm::Payload& payload) { start(payload); }},
              options.outstanding, statistics, path + "." + name) {
  socket.register_nb_transport_fw(this, &AxiTargetPort::nb_transport_fw);
}

::tlm::tlm_sync_enum AxiTargetPort::nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  const bool served = payload.is_write() ? port_.writes : port_.reads;
  return intake_.forward(payload, phase, delay,
                         served ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_COMMAND_ERROR_RESPONSE);
}

void AxiTargetPort::start(tlm::Payload& payload) {
  std::vector<AxiBurst> bursts =
      cut_into_bursts(payload.get_address(), payload.get_data_length(), payload.is_write(),
                      port_.data_bytes, max_beats_, port_.lite);
  transactions_[next_] = {&payload, payload.get_address(), bursts.size()};
  for (AxiBurst& burst : bursts) {
    burst.tag = next_;
    if (burst.write) {
      fill_in(burst, payload);
    }
    bridge_.submit(std::move(burst));
  }
  ++next_;
}

void AxiTargetPort::fill_in(AxiBurst& burst, const tlm::Payload& payload) {
  const std::uint64_t first = payload.get_address();
  for (std::size_t i = 0; i < burst.data.size(); ++i) {
    const std::uint64_t at = burst.first_byte() + i;
    if (at < first || at >= first + payload.get_data_length()) {
      continue;
    }
    const unsigned char* enables = payload.get_byte_enable_ptr();
    burst.data[i] = payload.get_data_ptr()[at - first];
    burst.enables[i] = enables == nullptr ||
                       enables[(at - first) % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED;
  }
}

void AxiTargetPort::done(const AxiBurst& burst) {
  Transaction& transaction = transactions_.at(burst.tag);
  transaction.response = std::max(transaction.response, burst.response);
  if (!burst.write) {
    take_data(burst, transaction);
  }
  if (--transaction.bursts == 0) {
    const Transaction complete = transaction;
    transactions_.erase(burst.tag);
    intake_.finish(*complete.payload, complete.response == axi_okay ? ::tlm::TLM_OK_RESPONSE
                                      : complete.response == axi_decerr
                                          ? ::tlm::TLM_ADDRESS_ERROR_RESPONSE
                                          : ::tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
}

void AxiTargetPort::take_data(const AxiBurst& burst, const Transaction& transaction) {
  tlm::Payload& payload = *transaction.payload;
  const std::uint64_t first = transaction.address;
  for (std::size_t i = 0; i < burst.data.size(); ++i) {
    const std::uint64_t at = burst.first_byte() + i;
    if (at >= first && at < first + payload.get_data_length()) {
      payload.get_data_ptr()[at - first] = burst.data[i];
    }
  }
}

}  // namespace lacuna::cosim
