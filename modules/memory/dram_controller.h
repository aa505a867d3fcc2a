// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memory/dram_address_map.h"
#include "memory/dram_timing.h"

namespace lacuna::memory {

/// When a payload is served, and what its bursts move.
struct TransferTimes {
  Clock first_data = 0;
  Clock end_of_data = 0;
  std::uint64_t bus_bytes = 0;  ///< whole bursts, ragged ends included
};

/// All channels of a memory: cuts payloads into bursts by the address map. No SystemC.
class DramController {
 public:
  DramController(const DramDevice& device, std::uint32_t channels, std::uint32_t ranks,
                 const std::string& address_map, bool refresh);

  /// Serves bytes [address, address + bytes), bytes > 0, burst after burst in the order of
  /// addresses.
  TransferTimes transfer(std::uint64_t address, std::uint64_t bytes, bool write, Clock not_before);
  void advance(Clock now);

  const DramDevice& device() const { return device_; }
  std::uint64_t capacity() const;
  std::uint32_t channels() const { return static_cast<std::uint32_t>(channels_.size()); }
  DramTiming& channel(std::uint32_t index) { return channels_[index]; }
  const DramAddressMap& address_map() const { return map_; }
  /// Of all channels together.
  DramCommandCounts counts() const;

 private:
  void serve_run(std::uint64_t first, std::uint64_t last, bool write, Clock not_before,
                 TransferTimes& times);

  DramDevice device_;
  std::uint32_t ranks_;
  DramAddressMap map_;
  DramAddressMap::Run run_;
  std::uint64_t burst_bytes_;
  std::vector<DramTiming> channels_;
};

}  // namespace lacuna::memory
