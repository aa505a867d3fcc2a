// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "memory/dram_command.h"
#include "support/command_checker.h"

namespace lacuna::test {

/// What is wrong with the commands of one channel of which some come from within ranks, by rule: within
/// each rank every rule holds among the commands of both ports; on the channel, those of its buses
/// among its own.
inline std::map<std::string, int> broken_rules(const memory::CommandLog& log,
                                               const memory::DramDevice& device, unsigned ranks,
                                               const RefreshDuty& duty) {
  std::map<std::string, int> broken;
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    memory::CommandLog own;
    for (memory::IssuedCommand command : log) {
      if (command.rank == rank || command.rank == memory::every_rank) {
        command.rank = 0;
        // Data of instructions end at the buffer chip: the devices' pins never see them.
        command.command = memory::is_instruction(command.command) ? memory::DramCommand::instruct
                                                                  : command.command;
        own.push_back(command);
      }
    }
    for (const auto& [rule, times] : check_commands(own, device, 1, RefreshDuty{})) {
      broken["within a rank: " + rule] += times;
    }
  }
  memory::CommandLog channel;
  for (const memory::IssuedCommand& command : log) {
    if (!command.inside) {
      channel.push_back(command);
    }
  }
  const std::set<std::string> of_buses{
      "two commands in one clock", "data bus collision", "tRTRS",          "bus turnaround",
      "refresh before it is due",  "refresh late",       "refresh missing"};
  for (const auto& [rule, times] : check_commands(channel, device, ranks, duty)) {
    if (of_buses.count(rule) != 0) {
      broken["channel: " + rule] += times;
    }
  }
  return broken;
}

inline std::string text_of(const std::map<std::string, int>& broken) {
  std::string text;
  for (const auto& [rule, times] : broken) {
    text += rule + " " + std::to_string(times) + "; ";
  }
  return text;
}

}  // namespace lacuna::test
