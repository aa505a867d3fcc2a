// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>

#include <tlm_utils/simple_target_socket.h>

#include "core/units.h"
#include "engine/register_map.h"
#include "tlm/component.h"

namespace lacuna::engine {

/// The memory-mapped registers of an accelerator (doc/registers.md) and its interrupt line.
/// Unknown or misaligned addresses answer TLM_ADDRESS_ERROR_RESPONSE, sizes other than 4 bytes
/// TLM_BURST_ERROR_RESPONSE, byte enables TLM_BYTE_ENABLE_ERROR_RESPONSE, a write to a read-only
/// register or a read of a write-only one TLM_COMMAND_ERROR_RESPONSE, a doorbell rung while busy
/// TLM_GENERIC_ERROR_RESPONSE.
class ControlPort final : public sc_core::sc_module {
 public:
  using RegisterSocket = tlm_utils::simple_target_socket<ControlPort, tlm::socket_width>;
  RegisterSocket registers;
  sc_core::sc_out<bool> interrupt;

  ControlPort(const sc_core::sc_module_name& name, std::uint32_t id, Frequency clock);

  /// Notified when a job is to start; job_address() then says where its descriptor lies.
  const sc_core::sc_event& doorbell() const { return doorbell_; }
  std::uint64_t job_address() const { return job_address_; }
  bool busy() const { return busy_; }

  /// The job has ended: STATUS shows it, and the interrupt rises if it is enabled.
  void finish_job(std::uint64_t job_cycles, std::uint64_t array_cycles);
  void fail_job(JobFault fault, std::uint64_t job_cycles, std::uint64_t array_cycles);

 private:
  void b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(::tlm::tlm_generic_payload& payload);
  ::tlm::tlm_response_status access(::tlm::tlm_generic_payload& payload,
                                    const sc_core::sc_time& delay);
  std::uint32_t read(Register offset) const;
  ::tlm::tlm_response_status write(Register offset, std::uint32_t value,
                                   const sc_core::sc_time& delay);
  std::uint32_t status() const;
  void end_job(std::uint32_t pending, std::uint64_t job_cycles, std::uint64_t array_cycles);
  void drive_interrupt();

  const std::uint32_t id_;
  const sc_core::sc_time period_;
  sc_core::sc_event doorbell_;
  sc_core::sc_event interrupt_changed_;
  bool busy_ = false;
  std::uint32_t pending_ = 0;  // done, error
  std::uint32_t enabled_ = 0;
  JobFault fault_ = JobFault::none;
  std::uint64_t job_address_ = 0;
  std::uint64_t job_cycles_ = 0;
  std::uint64_t array_cycles_ = 0;
};

}  // namespace lacuna::engine
