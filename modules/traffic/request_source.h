// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/error.h"
#include "core/units.h"

namespace lacuna::traffic {

/// One access to memory that an initiator is to make.
struct MemoryRequest {
  std::int64_t clock = 0;  ///< not to be offered before this clock of the initiator
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  bool write = false;
  std::uint64_t line = 0;  ///< of a trace file, from 1: for messages
  std::uint32_t address_column = 0;
};

/// Requests one after another, in the order in which they are to be offered; clocks never go back.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  /// False at the end. @throws Error (bad_input) where the user's own input is wrong
  virtual bool next(MemoryRequest& request) = 0;
  /// Told before the first request: the period of the clock that requests count.
  virtual void set_period(Time period) { static_cast<void>(period); }
  /// Where the address of a request stands in the user's input.
  virtual Place place_of(std::uint64_t line, std::uint32_t column) const = 0;
};

}  // namespace lacuna::traffic
