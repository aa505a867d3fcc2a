// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/parameters.h"

namespace lacuna::noc {

/// A window for writes to several targets: of every interconnect that knows multicast, in one format.
struct MulticastWindowParams {
  Address base;
  Bytes size = 4_KiB;
  std::vector<std::string> targets;

  template <class Description>
  static void describe(Description& d) {
    d("base", &MulticastWindowParams::base, "first address").required();
    d("size", &MulticastWindowParams::size,
      "of the window; an offset into it is one into every target's region")
        .positive();
    d("targets", &MulticastWindowParams::targets, "names of targets, or of their modules")
        .required();
  }
};

/// By name.
using MulticastWindows = std::map<std::string, MulticastWindowParams>;

/// Refuses windows to nobody.
void validate_windows(Validation& check, const MulticastWindows& windows);

}  // namespace lacuna::noc
