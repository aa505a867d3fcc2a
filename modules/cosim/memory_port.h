// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "cosim/stream.h"

namespace lacuna::cosim {

/// One access of a model to a memory of words of at most 64 bits.
struct MemoryAccess {
  std::uint64_t address = 0;
  bool write = false;
  std::uint64_t data = 0;
  std::uint8_t strobes = 0xFF;  ///< bit i: byte i is written
};

/// A memory behind two channels with valid and ready, requests and the data of reads: whoever owns it says what an access
/// does. Every read takes at least `latency` clocks; both channels are throttled at random.
class MemoryPort {
 public:
  using Access = std::function<std::uint64_t(const MemoryAccess&)>;

  MemoryPort(Access access, unsigned latency, unsigned throttle_percent, std::uint64_t seed)
      : access_(std::move(access)),
        latency_(latency),
        requests_(Throttle(throttle_percent, seed), 1),
        responses_(Throttle(throttle_percent, seed + 1)) {}

  void drive() {
    requests_.drive();
    responses_.drive();
  }
  bool request_ready() const { return requests_.ready(); }
  bool response_valid() const { return responses_.valid(); }
  std::uint64_t response() const { return responses_.valid() ? responses_.beat() : 0; }

  /// The rising edge, with what the model drives.
  void clock(bool request_valid, const MemoryAccess& access, bool response_ready) {
    responses_.clock(response_ready);
    for (auto& pending : pending_) {
      pending.clocks -= pending.clocks == 0 ? 0 : 1;
    }
    while (!pending_.empty() && pending_.front().clocks == 0) {
      responses_.push(pending_.front().data);
      pending_.pop_front();
    }
    if (requests_.clock(request_valid, access)) {
      const std::uint64_t data = access_(requests_.received.front());
      requests_.received.pop_front();
      if (!access.write) {
        pending_.push_back({data, latency_});
      }
    }
  }
  bool idle() const { return pending_.empty() && responses_.empty(); }

 private:
  struct Pending {
    std::uint64_t data;
    unsigned clocks;
  };
  Access access_;
  unsigned latency_;
  StreamMonitor<MemoryAccess> requests_;
  StreamDriver<std::uint64_t> responses_;
  std::deque<Pending> pending_;
};

}  // namespace lacuna::cosim
