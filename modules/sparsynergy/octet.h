// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/span.h"
#include "engine/built_rows.h"
#include "engine/rtl_row.h"
#include "sparsynergy/fedp.h"

namespace lacuna::sparsynergy {

/// An octet in SystemVerilog (rtl/sparsynergy_octet.sv): 64 channels at one position. result() takes the number of the channel.
class Octet : public engine::RtlRow {
 public:
  /// All that this build has, by width of a partial sum and whether they are the published RTL's; none without Verilator.
  static const std::vector<engine::BuiltRow<Octet>>& built();

  /// Sets the next load of its eight FEDPs.
  virtual void put(Span<const WeightLoad> loads) = 0;
  /// Sets the activations of the next segment.
  virtual void hold(const ActivationRegister& activations) = 0;
  /// FEDPs with a vector, of the load that is multiplied in this cycle.
  virtual unsigned working_fedps() = 0;
};

}  // namespace lacuna::sparsynergy
