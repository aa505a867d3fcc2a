// SPDX-License-Identifier: Apache-2.0
#include "engine/control_port.h"

#include <algorithm>

#include "tlm/time.h"

namespace lacuna::engine {

namespace {

constexpr std::uint32_t interrupt_bits = status_done | status_error;

const RegisterEntry* find_register(std::uint64_t address) {
  const auto found =
      std::find_if(register_map.begin(), register_map.end(), [&](const RegisterEntry& entry) {
        return static_cast<std::uint64_t>(entry.offset) == address;
      });
  return found == register_map.end() ? nullptr : &*found;
}

std::uint32_t load_word(const std::uint8_t* bytes) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < register_bytes; ++i) {
    value |= std::uint32_t{bytes[i]} << (8 * i);
  }
  return value;
}

void store_word(std::uint32_t value, std::uint8_t* bytes) {
  for (unsigned i = 0; i < register_bytes; ++i) {
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

std::uint32_t low(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

}  // namespace

ControlPort::ControlPort(const sc_core::sc_module_name& name, std::uint32_t id, Frequency clock)
    : sc_module(name),
      registers("registers"),
      interrupt("interrupt"),
      id_(id),
      period_(tlm::to_sc_time(clock.period())),
      doorbell_("doorbell"),
      interrupt_changed_("interrupt_changed") {
  SC_HAS_PROCESS(ControlPort);
  registers.register_b_transport(this, &ControlPort::b_transport);
  registers.register_transport_dbg(this, &ControlPort::transport_dbg);
  SC_METHOD(drive_interrupt);
  sensitive << interrupt_changed_;
}

void ControlPort::b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  delay += period_;
  payload.set_dmi_allowed(false);
  payload.set_response_status(access(payload, delay));
}

::tlm::tlm_response_status ControlPort::access(::tlm::tlm_generic_payload& payload,
                                               const sc_core::sc_time& delay) {
  const RegisterEntry* entry = find_register(payload.get_address());
  if (entry == nullptr) {
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (payload.get_data_length() != register_bytes ||
      payload.get_streaming_width() < register_bytes) {
    return ::tlm::TLM_BURST_ERROR_RESPONSE;
  }
  if (payload.get_byte_enable_ptr() != nullptr) {
    return ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  if (payload.is_write()) {
    return entry->access == RegisterAccess::read
               ? ::tlm::TLM_COMMAND_ERROR_RESPONSE
               : write(entry->offset, load_word(payload.get_data_ptr()), delay);
  }
  if (!payload.is_read() || entry->access == RegisterAccess::write) {
    return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
  }
  store_word(read(entry->offset), payload.get_data_ptr());
  return ::tlm::TLM_OK_RESPONSE;
}

unsigned ControlPort::transport_dbg(::tlm::tlm_generic_payload& payload) {
  const RegisterEntry* entry = find_register(payload.get_address());
  if (entry == nullptr || !payload.is_read() || payload.get_data_length() != register_bytes) {
    return 0;
  }
  store_word(read(entry->offset), payload.get_data_ptr());
  return register_bytes;
}

std::uint32_t ControlPort::read(Register offset) const {
  switch (offset) {
    case Register::id:
      return id_;
    case Register::version:
      return register_map_version;
    case Register::status:
      return status();
    case Register::interrupt_enable:
      return enabled_;
    case Register::interrupt_clear:
      return pending_;
    case Register::job_address_low:
      return low(job_address_);
    case Register::job_address_high:
      return high(job_address_);
    case Register::doorbell:
      return 0;
    case Register::error_code:
      return static_cast<std::uint32_t>(fault_);
    case Register::job_cycles_low:
      return low(job_cycles_);
    case Register::job_cycles_high:
      return high(job_cycles_);
    case Register::array_cycles_low:
      return low(array_cycles_);
    case Register::array_cycles_high:
      return high(array_cycles_);
  }
  return 0;
}

::tlm::tlm_response_status ControlPort::write(Register offset, std::uint32_t value,
                                              const sc_core::sc_time& delay) {
  switch (offset) {
    case Register::interrupt_enable:
      enabled_ = value & interrupt_bits;
      interrupt_changed_.notify(delay);
      break;
    case Register::interrupt_clear:
      pending_ &= ~value;
      interrupt_changed_.notify(delay);
      break;
    case Register::job_address_low:
      job_address_ = (job_address_ & ~std::uint64_t{0xFFFFFFFF}) | value;
      break;
    case Register::job_address_high:
      job_address_ = (job_address_ & 0xFFFFFFFF) | std::uint64_t{value} << 32;
      break;
    case Register::doorbell:
      if ((value & 1) == 0) {
        break;
      }
      if (busy_) {
        return ::tlm::TLM_GENERIC_ERROR_RESPONSE;
      }
      busy_ = true;
      pending_ = 0;
      fault_ = JobFault::none;
      interrupt_changed_.notify(delay);
      doorbell_.notify(delay);
      break;
    default:
      return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
  }
  return ::tlm::TLM_OK_RESPONSE;
}

std::uint32_t ControlPort::status() const {
  return (busy_ ? status_busy : status_idle) | pending_;
}

void ControlPort::finish_job(std::uint64_t job_cycles, std::uint64_t array_cycles) {
  end_job(status_done, job_cycles, array_cycles);
}

void ControlPort::fail_job(JobFault fault, std::uint64_t job_cycles, std::uint64_t array_cycles) {
  fault_ = fault;
  end_job(status_done | status_error, job_cycles, array_cycles);
}

void ControlPort::end_job(std::uint32_t pending, std::uint64_t job_cycles,
                          std::uint64_t array_cycles) {
  busy_ = false;
  pending_ |= pending;
  job_cycles_ = job_cycles;
  array_cycles_ = array_cycles;
  interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void ControlPort::drive_interrupt() {
  interrupt.write((pending_ & enabled_) != 0);
}

}  // namespace lacuna::engine
