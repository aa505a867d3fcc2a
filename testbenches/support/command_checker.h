// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "memory/dram_command.h"
#include "memory/dram_device.h"

namespace lacuna::test {

/// Which refreshes a command trace must hold.
struct RefreshDuty {
  enum class Mode { none, all_bank, per_bank, same_bank };
  Mode mode = Mode::none;
  unsigned postpone = 0;  ///< refreshes that may be owed
  unsigned pull_in = 0;   ///< refreshes that may be ahead
  /// Clocks within which what was begun may end: preparing a bank, its data, write recovery, the
  /// refreshes of other banks.
  memory::Clock slack = 200;
  /// Whether a rank that is due gets no column command before its refresh (all_bank, no postponing).
  bool drained = false;
  memory::Clock end = 0;  ///< up to here refreshes must not be missing; 0: the last command
};

/// Reads one channel's commands in the order of their clocks and counts broken rules by name.
/// Written from the data sheets' definitions and independent of the model: it compares every command
/// with all earlier ones near enough to matter, keeps the state of every bank, and lays out the data
/// bus. Knows DDR3, DDR4, LPDDR4 and HBM2.
class CommandChecker {
 public:
  CommandChecker(const memory::DramDevice& device, unsigned ranks, const RefreshDuty& duty);
  ~CommandChecker();
  CommandChecker(const CommandChecker&) = delete;
  CommandChecker& operator=(const CommandChecker&) = delete;

  void add(const memory::IssuedCommand& command);
  /// After the last command: what was broken, and how often.
  std::map<std::string, int> finish();

 private:
  class Rules;
  std::unique_ptr<Rules> rules_;
};

/// The same for a whole log, in any order.
std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, const RefreshDuty& duty);

/// With refreshes of all banks, never postponed, or without.
std::map<std::string, int> check_commands(memory::CommandLog log, const memory::DramDevice& device,
                                          unsigned ranks, bool refresh);

}  // namespace lacuna::test
