// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sparq/pe_kind.h"

namespace lacuna::sparq {

/// The technology entry of a PE: "sparq.pe" and ".dense", ".two_4b", ".sysmt", or ".5opt" by its placements.
inline std::string pe_entry(const std::string& unit, PeKind pe, unsigned placements) {
  switch (pe) {
    case PeKind::dense:
      return unit + ".dense";
    case PeKind::two_4b:
      return unit + ".two_4b";
    case PeKind::sysmt:
      return unit + ".sysmt";
    case PeKind::sparq:
      break;
  }
  return unit + "." + std::to_string(placements) + "opt";
}

}  // namespace lacuna::sparq
