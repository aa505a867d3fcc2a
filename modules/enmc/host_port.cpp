// SPDX-License-Identifier: Apache-2.0
#include "enmc/host_port.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::enmc {

HostPort::HostPort(const sc_core::sc_module_name& name)
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
  memory.register_nb_transport_bw(this, &HostPort::backward);
}

void HostPort::write(std::uint64_t address, Span<const std::uint8_t> data, Outstanding& waiting) {
  while (!data.empty()) {
    const std::size_t bytes = std::min(data.size(), tlm::max_burst_bytes);
    send(pool_.write(address, data.first(bytes), &requester_), {&waiting, {}});
    address += bytes;
    data = data.subspan(bytes);
  }
}

void HostPort::read(std::uint64_t address, Span<std::uint8_t> into, Outstanding& waiting) {
  send(pool_.read(address, into.size(), &requester_), {&waiting, into});
}

void HostPort::send(tlm::Payload& payload, const Access& access) {
  std::uint32_t tag = 0;
  if (free_.empty()) {
    tag = static_cast<std::uint32_t>(accesses_.size());
    accesses_.emplace_back();
  } else {
    tag = free_.back();
    free_.pop_back();
  }
  accesses_[tag] = access;
  access.waiting->add();
  tlm::info_of(payload)->tag = tag;
  sender_.send(payload);
}

void HostPort::load(std::uint64_t address, Span<const std::uint8_t> data) {
  tlm::Payload payload;
  payload.set_command(::tlm::TLM_WRITE_COMMAND);
  payload.set_address(address);
  // TLM's data pointer serves both directions; a write leaves the data alone.
  payload.set_data_ptr(const_cast<std::uint8_t*>(data.data()));  // NOLINT
  payload.set_data_length(static_cast<unsigned>(data.size()));
  payload.set_streaming_width(static_cast<unsigned>(data.size()));
  if (memory->transport_dbg(payload) != data.size()) {
    throw model_error(
        fmt::format("{}: {} bytes at {:#x} do not lie in memory", name(), data.size(), address));
  }
}

::tlm::tlm_sync_enum HostPort::backward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                        sc_core::sc_time& delay) {
  return sender_.backward(payload, phase, delay);
}

void HostPort::responded(tlm::Payload& payload, const sc_core::sc_time&, bool end_expected) {
  if (!payload.is_response_ok()) {
    throw model_error(fmt::format("{}: the memory refused {} bytes at {:#x}: {}", name(),
                                  payload.get_data_length(), payload.get_address(),
                                  tlm::refusal_of(payload)));
  }
  const auto tag = static_cast<std::uint32_t>(tlm::info_of(payload)->tag);
  const Access access = accesses_[tag];
  free_.push_back(tag);
  const Span<std::uint8_t> data = tlm::data_of(payload);
  std::copy_n(data.begin(), access.into.size(), access.into.begin());
  if (end_expected) {
    sender_.end_response(payload);
  }
  payload.release();
  access.waiting->remove();
}

}  // namespace lacuna::enmc
