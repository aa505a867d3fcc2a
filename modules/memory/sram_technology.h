// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/technology.h"
#include "core/units.h"

namespace lacuna::memory {

/// What one SRAM macro costs: a bank of a buffer.
struct SramMacro {
  Energy read_bit;
  Energy write_bit;
  Power leakage;
  Area area;
};

/// From the technology's entries "sram.<capacity>" (read energy per bit, leakage, area) and "sram.<capacity>.write" (write
/// energy per bit; as reading, where there is none). Capacities between two entries are interpolated, logarithm over
/// logarithm; below the smallest and above the largest there is none.
/// @throws Error (bad_input)
SramMacro sram_macro(const Technology& technology, Bytes capacity);

/// The same from an entry of any name.
SramMacro sram_macro(const Technology& technology, const std::string& entry);

}  // namespace lacuna::memory
