// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/span.h"
#include "memory/dram_params.h"

namespace tlm {
class tlm_generic_payload;
}

namespace lacuna::memory {

/// A payload that the controller has taken, as schedulers see it.
struct DramRequest {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  bool write = false;
  Time arrival;
  std::int32_t priority = 0;
  const std::string* requester = nullptr;
  ::tlm::tlm_generic_payload* payload = nullptr;  ///< for the controller only
  int socket = 0;
};

/// Chooses which waiting payload gets its commands next. Waiting payloads stand in the order of
/// arrival; those of one clock in the order of priority, requester, socket.
class DramScheduler {
 public:
  virtual ~DramScheduler() = default;
  /// @param waiting not empty @return an index of it
  virtual std::size_t choose(Span<const DramRequest> waiting) = 0;
};

std::unique_ptr<DramScheduler> make_dram_scheduler(DramScheduling scheduling);

}  // namespace lacuna::memory
