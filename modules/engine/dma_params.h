// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/parameters.h"
#include "core/units.h"

namespace lacuna::engine {

/// How a DMA engine cuts and issues bursts.
struct DmaParams {
  unsigned outstanding = 16;
  Bytes max_burst = 4_KiB;
  Bytes boundary = 4_KiB;
  unsigned issue_interval = 1;

  template <class Description>
  static void describe(Description& d) {
    d("outstanding", &DmaParams::outstanding, "bursts in flight at once").range(1u, 1024u);
    d("max_burst", &DmaParams::max_burst, "longest burst").range(8_B, 64_KiB);
    d("boundary", &DmaParams::boundary, "no burst crosses a multiple of this").range(8_B, 1_MiB);
    d("issue_interval", &DmaParams::issue_interval, "clocks between two bursts, 0: no limit")
        .range(0u, 1024u);
  }
};

}  // namespace lacuna::engine
