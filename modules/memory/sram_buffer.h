// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "core/span.h"
#include "memory/sram_params.h"
#include "tlm/component.h"
#include "tlm/fault_injector.h"
#include "tlm/module_type.h"
#include "tlm/payload_info.h"
#include "tlm/surroundings.h"

namespace lacuna::memory {

/// A banked on-chip buffer: bytes, counters and energy. It takes no time itself: its users know how
/// many words a cycle they move. They call read() and write(); the target socket serves whoever
/// comes by TLM (b_transport in zero time, debug, DMI).
///
/// Each bank is one macro of the technology file (memory/sram_technology.h): a word read or written costs its bits in one
/// of them; leakage and area are those of all banks.
class SramBuffer : public tlm::Component {
 public:
  /// @param boundary which accounting its accesses belong to
  SramBuffer(const sc_core::sc_module_name& name, const SramParams& params,
             tlm::Surroundings& surroundings, EnergyBoundary boundary = EnergyBoundary::paper);

  tlm_utils::multi_passthrough_target_socket<SramBuffer, tlm::socket_width,
                                             ::tlm::tlm_base_protocol_types, 0,
                                             sc_core::SC_ZERO_OR_MORE_BOUND>
      memory;

  const SramParams& params() const { return params_; }
  std::uint64_t capacity() const { return bytes_.size(); }

  /// The bytes, counted as whole words of the banks. Valid until the next write to them.
  /// @throws Error (stuck) outside the capacity
  Span<const std::uint8_t> read(std::uint64_t offset, std::uint64_t bytes);
  void write(std::uint64_t offset, Span<const std::uint8_t> data);
  /// The bytes without counting: for checking, or where count_reads() tells the truth.
  Span<const std::uint8_t> peek(std::uint64_t offset, std::uint64_t bytes) const;
  void poke(std::uint64_t offset, Span<const std::uint8_t> data) {
    require(offset, data.size());
    store(offset, data);
  }

  /// Counts words that a user moved in other than whole accesses, the same word again and again for
  /// instance.
  void count_reads(std::uint64_t words);
  void count_writes(std::uint64_t words);

  /// Words that [offset, offset + bytes) touches.
  std::uint64_t words(std::uint64_t offset, std::uint64_t bytes) const;

 private:
  ::tlm::tlm_sync_enum nb_transport_fw(int socket, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);
  void b_transport(int socket, tlm::Payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(int socket, tlm::Payload& payload);
  bool get_direct_mem_ptr(int socket, tlm::Payload& payload, ::tlm::tlm_dmi& dmi);
  void require(std::uint64_t offset, std::uint64_t bytes) const;
  void store(std::uint64_t offset, Span<const std::uint8_t> data);

  SramParams params_;
  std::vector<std::uint8_t> bytes_;
  tlm::FaultInjector& faults_;
  tlm::FaultInjector::StorageId fault_id_;
  Counter& read_words_;
  Counter& write_words_;
  Counter& read_bytes_;
  Counter& write_bytes_;
  EnergyEvent* read_energy_ = nullptr;
  EnergyEvent* write_energy_ = nullptr;
};

}  // namespace lacuna::memory
