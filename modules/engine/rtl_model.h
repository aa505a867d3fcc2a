// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/array_model.h"
#include "engine/rtl_probe.h"

namespace lacuna::engine {

/// A computing array with its datapath in SystemVerilog.
class RtlModel : public ArrayModel, public RtlProbe {};

/// @throws Error (bad_input) when a run asks for what no row in SystemVerilog does
void require_rtl_overheads(bool overheads);
/// The same for rows that were built with one width of accumulators.
void require_rtl_options(bool overheads, unsigned accumulator_bits);

}  // namespace lacuna::engine
