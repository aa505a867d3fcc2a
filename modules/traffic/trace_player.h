// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/parameters.h"
#include "core/units.h"
#include "tlm/module_type.h"

namespace lacuna::traffic {

/// Parameters of module type `trace_player`.
struct TracePlayerParams {
  std::string trace;
  std::uint32_t outstanding = 64;
  std::optional<Frequency> clock;
  Bytes request_bytes = 64_B;
  std::int32_t priority = 0;

  template <class Description>
  static void describe(Description& d) {
    using Self = TracePlayerParams;
    d("trace", &Self::trace,
      "file with a request a line, '<clock> R|W 0x<address> [bytes]'; relative to this file")
        .required();
    d("outstanding", &Self::outstanding,
      "reads without a response at once; writes wait for nothing but END_REQ")
        .range(1u, 65536u);
    d("clock", &Self::clock,
      "what the trace's clocks count; if not given, the clock of the memory's device where it is "
      "bound "
      "to one, else the platform's");
    d("request_bytes", &Self::request_bytes, "length of requests whose line names none")
        .range(1_B, 64_KiB);
    d("priority", &Self::priority, "lower is served first among requests of one instant");
  }
};

/// Module type `trace_player`: offers the requests of a trace file to a memory.
tlm::ModuleType trace_player_type();

}  // namespace lacuna::traffic
