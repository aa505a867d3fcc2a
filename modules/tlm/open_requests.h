// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/span.h"
#include "tlm/at_senders.h"
#include "tlm/payload_info.h"
#include "tlm/payload_pool.h"

namespace lacuna::tlm {

/// Requests of an initiator on one socket, any number of them open, each with a record of what it is
/// for. Requests that the target refuses end the simulation.
template <class Record>
class OpenRequests {
 public:
  /// Told of every response, of this time, before END_RESP is sent and the payload released.
  using Responded =
      std::function<void(const Record& record, Payload& payload, const sc_core::sc_time& when)>;

  /// @param name  of the initiator: the requester of its payloads, and in errors
  OpenRequests(std::string name, Transport forward, Responded responded)
      : name_(std::move(name)),
        responded_(std::move(responded)),
        sender_(std::move(forward),
                {[](Payload&, const sc_core::sc_time&) {},
                 [this](Payload& payload, const sc_core::sc_time& when, bool end_expected) {
                   respond(payload, when, end_expected);
                 }}) {}
  OpenRequests(const OpenRequests&) = delete;
  OpenRequests& operator=(const OpenRequests&) = delete;

  void read(std::uint64_t address, std::size_t bytes, const Record& record) {
    send(pool_.read(address, bytes, &name_), record);
  }
  void write(std::uint64_t address, Span<const std::uint8_t> data, const Record& record) {
    send(pool_.write(address, data, &name_), record);
  }
  /// To be called from nb_transport_bw; its result is that function's result.
  ::tlm::tlm_sync_enum backward(Payload& payload, ::tlm::tlm_phase& phase,
                                sc_core::sc_time& delay) {
    return sender_.backward(payload, phase, delay);
  }

 private:
  void send(Payload& payload, const Record& record) {
    std::uint32_t tag = 0;
    if (free_.empty()) {
      tag = static_cast<std::uint32_t>(records_.size());
      records_.push_back(record);
    } else {
      tag = free_.back();
      free_.pop_back();
      records_[tag] = record;
    }
    info_of(payload)->tag = tag;
    sender_.send(payload);
  }

  void respond(Payload& payload, const sc_core::sc_time& when, bool end_expected) {
    if (!payload.is_response_ok()) {
      throw model_error(fmt::format("{}: the memory refused {} bytes at {:#x}: {}", name_,
                                    payload.get_data_length(), payload.get_address(),
                                    refusal_of(payload)));
    }
    const auto tag = static_cast<std::uint32_t>(info_of(payload)->tag);
    const Record record = records_[tag];
    free_.push_back(tag);
    responded_(record, payload, when);
    if (end_expected) {
      sender_.end_response(payload);
    }
    payload.release();
  }

  std::string name_;
  Responded responded_;
  PayloadPool pool_;
  RequestSender sender_;
  std::vector<Record> records_;  // by tag
  std::vector<std::uint32_t> free_;
};

}  // namespace lacuna::tlm
