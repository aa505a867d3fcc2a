// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tlm/wave_request.h"

namespace lacuna::cosim {

/// What the models of one block share: time, and a waveform of all of them in one file. Knows no simulator.
class RtlSimulation {
 public:
  virtual ~RtlSimulation() = default;
  /// Records from now on; after the last model was made. @throws Error (bad_input) when the file cannot be written
  virtual void record(const tlm::WaveRequest& request) = 0;
  /// All signals at this time, if it is to be recorded. Times do not go back.
  virtual void sample(std::int64_t time_ps) = 0;
};

}  // namespace lacuna::cosim
