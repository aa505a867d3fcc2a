// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <tlm_utils/simple_initiator_socket.h>

#include "core/span.h"
#include "tlm/component.h"
#include "tlm/open_requests.h"

namespace lacuna::enmc {

/// How many accesses somebody waits for.
class Outstanding {
 public:
  void add() { ++count_; }
  void remove() {
    if (--count_ == 0) {
      none_.notify();
    }
  }
  void await() {
    while (count_ != 0) {
      sc_core::wait(none_);
    }
  }

 private:
  std::uint32_t count_ = 0;
  sc_core::sc_event none_;
};

/// The host's way to its memory: accesses one after another, any number under way.
class HostPort : public sc_core::sc_module {
 public:
  using Socket = tlm_utils::simple_initiator_socket<HostPort, tlm::socket_width>;

  explicit HostPort(const sc_core::sc_module_name& name);

  Socket memory;

  void write(std::uint64_t address, Span<const std::uint8_t> data, Outstanding& waiting);
  /// The answer is in `into` once nothing is waited for.
  void read(std::uint64_t address, Span<std::uint8_t> into, Outstanding& waiting);
  /// Bytes that are there before the simulation begins.
  void load(std::uint64_t address, Span<const std::uint8_t> data);

 private:
  struct Access {
    Outstanding* waiting = nullptr;
    Span<std::uint8_t> into;
  };
  ::tlm::tlm_sync_enum backward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);
  static void responded(const Access& access, tlm::Payload& payload);

  tlm::OpenRequests<Access> requests_;
};

}  // namespace lacuna::enmc
