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

namespace lacuna::enmc {

/// A piece of a stream of loads, from its request until whoever asked has used it.
struct Load {
  std::uint32_t bytes = 0;
  std::uint64_t use = 0;  ///< the asker's own
  std::vector<std::uint8_t> data;
  Time first_data;  ///< on the rank's bus
  Time end_of_data;
  bool done = false;
};

/// The request side of a rank's DRAM controller: first come, first served, nothing coalesced. Whoever
/// loads has a stream; what all streams ask goes to the memory in the order of asking.
class RankPort : public sc_core::sc_module {
 public:
  using Socket = tlm_utils::simple_initiator_socket<RankPort, tlm::socket_width>;

  explicit RankPort(const sc_core::sc_module_name& name);

  Socket memory;

  /// Of the rank's first byte.
  void lie_at(std::uint64_t base) { base_ = base; }
  std::uint64_t requests() const { return requests_; }

  /// Loads of one unit, in order, so many under way at once.
  class Stream {
   public:
    Stream(RankPort& port, std::uint32_t most) : port_(port), most_(most) {}
    /// Asks for bytes of the rank; waits while `most` are under way or unused.
    void ask(std::uint64_t offset, std::uint32_t bytes, std::uint64_t use);
    /// The oldest load, when its data are there; waits for it.
    Load& next();
    /// The oldest is used up.
    void pop();
    /// Writes bytes of the rank, behind all loads, and waits until they are there.
    void store(std::uint64_t offset, Span<const std::uint8_t> data);
    bool empty() const { return loads_.empty(); }
    const sc_core::sc_event& asked() const { return asked_; }

   private:
    friend class RankPort;
    Load& add(std::uint32_t bytes, std::uint64_t use);
    RankPort& port_;
    std::uint32_t most_;
    std::deque<std::unique_ptr<Load>> loads_;
    std::vector<std::unique_ptr<Load>> spare_;
    sc_core::sc_event asked_;
    sc_core::sc_event arrived_;
    sc_core::sc_event used_;
  };

 private:
  struct Pending {
    Load* load = nullptr;
    Stream* stream = nullptr;
  };
  ::tlm::tlm_sync_enum backward(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);
  static void responded(const Pending& pending, tlm::Payload& payload,
                        const sc_core::sc_time& when);

  tlm::OpenRequests<Pending> open_;
  std::uint64_t base_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace lacuna::enmc
