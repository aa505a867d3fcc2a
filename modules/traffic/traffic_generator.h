// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/parameters.h"
#include "core/units.h"
#include "tlm/module_type.h"
#include "traffic/traffic_pattern.h"

namespace lacuna::traffic {

/// Parameters of module type `traffic_generator`.
struct TrafficGeneratorParams : PatternParams {
  std::uint32_t outstanding = 64;
  std::optional<Frequency> clock;
  std::int32_t priority = 0;

  template <class Description>
  static void describe(Description& d) {
    using Self = TrafficGeneratorParams;
    PatternParams::describe(d);
    d("outstanding", &Self::outstanding,
      "reads without a response at once; writes wait for nothing but END_REQ")
        .range(1u, 65536u);
    d("clock", &Self::clock,
      "at most one request an edge; if not given, the clock of the memory's device where it is "
      "bound to "
      "one, else the platform's");
    d("priority", &Self::priority, "lower is served first among requests of one instant");
  }
};

/// Module type `traffic_generator`: offers requests of a pattern to a memory.
tlm::ModuleType traffic_generator_type();

}  // namespace lacuna::traffic
