// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "core/span.h"
#include "tlm/component.h"
#include "tlm/open_requests.h"

namespace lacuna::near_memory {

/// Bytes asked for, from the request until whoever asked has used them.
struct Load {
  std::vector<std::uint8_t> data;
  Time first_data;  ///< on a bus
  Time end_of_data;
  std::uint32_t missing = 0;  ///< pieces
};

/// A unit's way to its memory: loads in order, posted stores. Behind several sockets, consecutive
/// pieces of the interleave lie behind one after the other.
class MemoryPort : public sc_core::sc_module {
 public:
  using Socket = tlm_utils::simple_initiator_socket_tagged<MemoryPort, tlm::socket_width>;

  MemoryPort(const sc_core::sc_module_name& name, std::uint32_t sockets, std::uint64_t interleave);

  Socket& socket(std::uint32_t number) { return *sockets_.at(number); }
  /// Of the unit's first byte behind each socket.
  void lie_at(std::uint64_t base) { base_ = base; }

  /// Joins the queue of loads.
  void load(std::uint64_t offset, std::uint32_t bytes);
  std::size_t loads() const { return loads_.size(); }
  /// The oldest load, when all its data are there; waits for it.
  Load& next();
  /// The oldest is used up.
  void pop();
  void store(std::uint64_t offset, Span<const std::uint8_t> data);
  /// Bytes as they are, outside of time.
  void look(std::uint64_t offset, Span<std::uint8_t> into);
  /// Waits until all stores are answered.
  void await_stores();

  std::uint64_t bytes_loaded() const { return bytes_loaded_; }
  std::uint64_t bytes_stored() const { return bytes_stored_; }

 private:
  struct Piece {
    Load* load = nullptr;  // none: of a store
    std::uint32_t at = 0;  // in the load's data
  };
  struct Place {
    std::uint32_t socket = 0;
    std::uint64_t address = 0;
    std::uint64_t bytes = 0;  // until the next socket's turn
  };
  Place place_of(std::uint64_t offset) const;
  ::tlm::tlm_sync_enum backward(int socket, tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);
  void responded(const Piece& piece, tlm::Payload& payload, const sc_core::sc_time& when);

  std::uint64_t interleave_;
  std::uint64_t base_ = 0;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<std::unique_ptr<tlm::OpenRequests<Piece>>> requests_;  // by socket
  std::deque<std::unique_ptr<Load>> loads_;
  std::vector<std::unique_ptr<Load>> spare_;
  std::uint32_t stores_ = 0;
  sc_core::sc_event arrived_;
  sc_core::sc_event stored_;
  std::uint64_t bytes_loaded_ = 0;
  std::uint64_t bytes_stored_ = 0;
};

}  // namespace lacuna::near_memory
