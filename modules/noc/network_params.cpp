// SPDX-License-Identifier: Apache-2.0
#include "noc/network_params.h"

#include <fmt/format.h>

namespace lacuna::noc {

NetworkTiming DelayParams::over(NetworkTiming timing) const {
  timing.injection = injection.value_or(timing.injection);
  timing.vc_allocation = vc_allocation.value_or(timing.vc_allocation);
  timing.hop = hop.value_or(timing.hop);
  timing.ejection = ejection.value_or(timing.ejection);
  timing.interval = interval.value_or(timing.interval);
  timing.credit = credit.value_or(timing.credit);
  timing.source_credit = source_credit.value_or(timing.source_credit);
  timing.sink_credit = sink_credit.value_or(timing.sink_credit);
  return timing;
}

void NetworkParams::validate_common(Validation& check, std::uint32_t nodes) const {
  for (const auto& [module, node] : placement) {
    check.require(node < nodes, "placement." + module,
                  fmt::format("node {} does not exist; expected 0 .. {}", node, nodes - 1));
  }
  validate_windows(check, multicast);
  check.require(multicast.empty() || buffer_depth >= 2, "buffer_depth",
                "multicast packets must fit into a buffer: a header and data, 2 flits or more");
}

}  // namespace lacuna::noc
