// SPDX-License-Identifier: Apache-2.0
#include "enmc/rank_port.h"

#include <algorithm>

#include "tlm/time.h"

namespace lacuna::enmc {

RankPort::RankPort(const sc_core::sc_module_name& name)
    : sc_module(name),
      memory("memory"),
      open_(
          this->name(),
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return memory->nb_transport_fw(payload, phase, delay);
          },
          responded) {
  memory.register_nb_transport_bw(this, &RankPort::backward);
}

Load& RankPort::Stream::add(std::uint32_t bytes, std::uint64_t use) {
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
  loads_.push_back(std::move(load));
  ++port_.requests_;
  return *loads_.back();
}

void RankPort::Stream::ask(std::uint64_t offset, std::uint32_t bytes, std::uint64_t use) {
  Load& load = add(bytes, use);
  port_.open_.read(port_.base_ + offset, bytes, {&load, this});
  asked_.notify();
}

void RankPort::Stream::store(std::uint64_t offset, Span<const std::uint8_t> data) {
  Load& load = add(static_cast<std::uint32_t>(data.size()), 0);
  port_.open_.write(port_.base_ + offset, data, {&load, this});
  while (!load.done) {
    sc_core::wait(arrived_);
  }
  pop();
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
  return open_.backward(payload, phase, delay);
}

void RankPort::responded(const Pending& pending, tlm::Payload& payload,
                         const sc_core::sc_time& when) {
  Load& load = *pending.load;
  const Span<std::uint8_t> data = tlm::data_of(payload);
  load.data.assign(data.begin(), data.end());
  load.end_of_data = tlm::to_time(when);
  load.first_data = std::min(tlm::to_time(tlm::info_of(payload)->first_beat), load.end_of_data);
  load.done = true;
  pending.stream->arrived_.notify(when - sc_core::sc_time_stamp());
}

}  // namespace lacuna::enmc
