// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_params.h"

namespace lacuna::memory {

// Out of line, as GCC 12 otherwise warns of the map as uninitialized where it inlines much.
DramParams::DramParams() = default;

void DramParams::validate(Validation& check) const {
  const auto power_of_two = [](std::uint32_t n) { return (n & (n - 1)) == 0; };
  check.require(power_of_two(channels), "channels", "must be a power of two");
  check.require(power_of_two(ranks), "ranks", "must be a power of two");
  check.require(!rank_ports || model == DramModel::timed, "rank_ports",
                "only model timed has ranks");
  check.require(!instruction_window || model == DramModel::timed, "instruction_window",
                "only model timed has ranks");
  check.require(command_trace.empty() || model == DramModel::timed, "command_trace",
                "only model timed has commands");
}

}  // namespace lacuna::memory
