// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/units.h"
#include "enmc/rank_params.h"
#include "enmc/screener_body.h"
#include "tlm/surroundings.h"

namespace lacuna::enmc {

/// The datapath that the rank's screener.model asks for. One in SystemVerilog gets the waveform that
/// somebody wants of it, and lets faults be injected into its sums, as storage `<name>.rtl_sums`; one
/// in lockstep says where in the run a difference shows.
/// @param name hierarchical, of the Screener
/// @param period of the logic's clock
/// @throws Error (bad_input) where the parameters ask for what was not built
std::unique_ptr<ScreenerBody> make_screener_body(const RankParams& params, const std::string& name,
                                                 Time period,
                                                 const tlm::Surroundings& surroundings);

}  // namespace lacuna::enmc
