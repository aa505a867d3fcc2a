// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace lacuna::tlm {

/// A waveform of bodies in SystemVerilog that somebody asked for. Times are of the simulation, in picoseconds.
struct WaveRequest {
  std::string file;  ///< ends in .fst
  std::int64_t from_ps = 0;
  std::int64_t to_ps = std::numeric_limits<std::int64_t>::max();
  std::string scope;  ///< hierarchical name below which signals are recorded; empty: all
};

}  // namespace lacuna::tlm
