// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/parameters.h"
#include "core/units.h"

namespace lacuna::host {

/// The processor that drives an accelerator.
struct DriverParams {
  Time interrupt_latency = 0_ps;

  template <class Description>
  static void describe(Description& d) {
    d("interrupt_latency", &DriverParams::interrupt_latency,
      "from the interrupt to the first read of the status register");
  }
};

}  // namespace lacuna::host
