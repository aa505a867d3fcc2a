// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "memory/dram_command.h"
#include "memory/dram_device.h"

namespace lacuna::test {

/// Broken rules by name, with the number of times. Written from the data sheets' definitions and independent of the model:
/// it compares every command with all earlier ones near enough to matter, and lays out the data bus clock by clock.
std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, bool refresh);

}  // namespace lacuna::test
