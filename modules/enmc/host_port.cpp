// SPDX-License-Identifier: Apache-2.0
#include "enmc/host_port.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::enmc {

HostPort::HostPort(const sc_core::sc_module_name& name)
    : sc_module(name),
      memory("memory"),
      requests_(
          this->name(),
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return memory->nb_transport_fw(payload, phase, delay);
          },
          [](const Access& access, tlm::Payload& payload, const sc_core::sc_time&) {
            responded(access, payload);
          }) {
  memory.register_nb_transport_bw(this, &HostPort::backward);
}

void HostPort::write(std::uint64_t address, Span<const std::uint8_t> data, Outstanding& waiting) {
  while (!data.empty()) {
    const std::size_t bytes = std::min(data.size(), tlm::max_burst_bytes);
    waiting.add();
    requests_.write(address, data.first(bytes), {&waiting, {}});
    address += bytes;
    data = data.subspan(bytes);
  }
}

void HostPort::read(std::uint64_t address, Span<std::uint8_t> into, Outstanding& waiting) {
  waiting.add();
  requests_.read(address, into.size(), {&waiting, into});
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
  return requests_.backward(payload, phase, delay);
}

void HostPort::responded(const Access& access, tlm::Payload& payload) {
  const Span<std::uint8_t> data = tlm::data_of(payload);
  std::copy_n(data.begin(), access.into.size(), access.into.begin());
  access.waiting->remove();
}

}  // namespace lacuna::enmc
