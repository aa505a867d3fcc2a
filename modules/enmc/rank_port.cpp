// SPDX-License-Identifier: Apache-2.0
#include "enmc/rank_port.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"
#include "tlm/time.h"

namespace lacuna::enmc {

RankPort::RankPort(const sc_core::sc_module_name& name)
    : sc_module(name),
      memory("memory"),
      requester_(this->name()),
      sender_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return memory->nb_transport_fw(payload, phase, delay);
          },
          {[](tlm::Payload&, const sc_core::sc_time&) {},
           [this](tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
             responded(payload, when, end_expected);
           }}) {
  memory.register_nb_transport_bw(this, &RankPort::backward);
}

void RankPort::Stream::ask(std::uint64_t offset, std::uint32_t bytes, std::uint64_t use) {
  while (loads_.size() >= most_) {
    sc_core::wait(used_);
  }
  std::unique_ptr<Load> load;
  if (spare_.empty()) {
    load = std::make_unique<Load>();
  } else {
    load = std::move(spare_.back());
    spare_.pop_back();
  }
  load->bytes = bytes;
  load->use = use;
  load->done = false;
  std::uint32_t tag = 0;
  if (port_.free_.empty()) {
    tag = static_cast<std::uint32_t>(port_.pending_.size());
    port_.pending_.emplace_back();
  } else {
    tag = port_.free_.back();
    port_.free_.pop_back();
  }
  port_.pending_[tag] = {load.get(), this};
  loads_.push_back(std::move(load));
  tlm::Payload& payload = port_.pool_.read(port_.base_ + offset, bytes, &port_.requester_);
  tlm::info_of(payload)->tag = tag;
  ++port_.requests_;
  port_.sender_.send(payload);
  asked_.notify();
}

Load& RankPort::Stream::next() {
  while (loads_.empty() || !loads_.front()->done) {
    sc_core::wait(arrived_ | asked_);
  }
  return *loads_.front();
}

void RankPort::Stream::pop() {
  spare_.push_back(std::move(loads_.front()));
  loads_.pop_front();
  used_.notify();
}

::tlm::tlm_sync_enum RankPort::backward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                        sc_core::sc_time& delay) {
  return sender_.backward(payload, phase, delay);
}

void RankPort::responded(tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
  if (!payload.is_response_ok()) {
    throw model_error(fmt::format("{}: the memory refused {} bytes at {:#x}: {}", name(),
                                  payload.get_data_length(), payload.get_address(),
                                  tlm::refusal_of(payload)));
  }
  const tlm::PayloadInfo& info = *tlm::info_of(payload);
  const auto tag = static_cast<std::uint32_t>(info.tag);
  const Pending pending = pending_[tag];
  free_.push_back(tag);
  Load& load = *pending.load;
  const Span<std::uint8_t> data = tlm::data_of(payload);
  load.data.assign(data.begin(), data.end());
  load.end_of_data = tlm::to_time(when);
  load.first_data = std::min(tlm::to_time(info.first_beat), load.end_of_data);
  load.done = true;
  pending.stream->arrived_.notify(when - sc_core::sc_time_stamp());
  if (end_expected) {
    sender_.end_response(payload);
  }
  payload.release();
}

}  // namespace lacuna::enmc
