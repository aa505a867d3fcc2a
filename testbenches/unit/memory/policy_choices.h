// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "memory/dram_device_file.h"
#include "unit/memory/random_commands.h"

namespace lacuna::test {

/// One way to run a channel: the number of a value for each of these factors.
struct PolicyChoice {
  static constexpr std::size_t factors = 7;
  enum Factor { device, refresh, ranks, scheduler, queue, page, power_down };
  std::array<std::size_t, factors> value{};
};

/// How a channel refreshes, and what the checker asks of it.
struct RefreshChoice {
  const char* name;
  memory::DramRefresh refresh;
  unsigned postpone;
  unsigned pull_in;
};
inline constexpr std::array<RefreshChoice, 6> refresh_choices{{
    {"off", memory::DramRefresh::off, 0, 0},
    {"all_bank", memory::DramRefresh::all_bank, 0, 0},
    {"all_bank postponed", memory::DramRefresh::all_bank, 8, 0},
    {"all_bank postponed and pulled in", memory::DramRefresh::all_bank, 8, 4},
    {"per_bank", memory::DramRefresh::per_bank, 0, 0},
    {"same_bank", memory::DramRefresh::same_bank, 0, 0},
}};
inline constexpr std::array<unsigned, 3> rank_choices{1, 2, 4};

/// Values of a factor.
inline std::size_t values_of(std::size_t factor) {
  const std::array<std::size_t, PolicyChoice::factors> counts{memory::builtin_dram_devices().size(),
                                                              refresh_choices.size(),
                                                              rank_choices.size(),
                                                              3,
                                                              3,
                                                              4,
                                                              2};
  return counts[factor];
}

/// A choice in words, and as what it means.
struct NamedPolicies {
  std::string name;
  std::string device;
  unsigned ranks = 1;
  memory::DramPolicies policies;
  RefreshDuty duty;
};

inline NamedPolicies named(const PolicyChoice& choice) {
  using Mode = RefreshDuty::Mode;
  const RefreshChoice& refresh = refresh_choices[choice.value[PolicyChoice::refresh]];
  NamedPolicies result;
  result.device = memory::builtin_dram_devices()[choice.value[PolicyChoice::device]];
  result.ranks = rank_choices[choice.value[PolicyChoice::ranks]];
  memory::DramPolicies& p = result.policies;
  p.refresh = refresh.refresh;
  p.refresh_postpone = refresh.postpone;
  p.refresh_pull_in = refresh.pull_in;
  p.scheduler.policy = static_cast<memory::DramScheduling>(choice.value[PolicyChoice::scheduler]);
  p.scheduler.age_cap = 200;
  p.queue.kind = static_cast<memory::DramQueueKind>(choice.value[PolicyChoice::queue]);
  p.queue.depth = p.queue.kind == memory::DramQueueKind::per_bank ? 4 : 16;
  p.page_policy = static_cast<memory::DramPagePolicy>(choice.value[PolicyChoice::page]);
  p.power_down = static_cast<memory::DramPowerDown>(choice.value[PolicyChoice::power_down]);
  p.power_down_idle = 20;
  constexpr std::array<Mode, 4> modes{Mode::none, Mode::all_bank, Mode::per_bank, Mode::same_bank};
  result.duty.mode = modes[static_cast<std::size_t>(refresh.refresh)];
  result.duty.postpone = refresh.postpone;
  result.duty.pull_in = refresh.pull_in;
  result.duty.drained =
      result.duty.mode == Mode::all_bank && refresh.postpone == 0 && refresh.pull_in == 0;
  result.name = result.device + ", " + std::to_string(result.ranks) + " ranks, refresh " +
                refresh.name + ", " + name_of_value(p.scheduler.policy) + ", " +
                name_of_value(p.queue.kind) + ", " + name_of_value(p.page_policy) +
                ", power-down " + name_of_value(p.power_down);
  return result;
}

/// Every combination that a controller accepts: only some devices refresh single banks.
inline std::vector<PolicyChoice> every_choice() {
  std::vector<bool> single;
  for (const std::string& name : memory::builtin_dram_devices()) {
    single.push_back(memory::load_dram_device(name, {}).timing.RFC_pb != 0);
  }
  std::vector<PolicyChoice> all;
  PolicyChoice choice;
  for (std::size_t at = 0; at < PolicyChoice::factors;) {
    const memory::DramRefresh refresh =
        refresh_choices[choice.value[PolicyChoice::refresh]].refresh;
    const bool of_banks =
        refresh == memory::DramRefresh::per_bank || refresh == memory::DramRefresh::same_bank;
    if (!of_banks || single[choice.value[PolicyChoice::device]]) {
      all.push_back(choice);
    }
    for (at = 0; at < PolicyChoice::factors && ++choice.value[at] == values_of(at); ++at) {
      choice.value[at] = 0;
    }
  }
  return all;
}

inline constexpr std::size_t pair_numbers = PolicyChoice::factors << 12;

/// The pairs (factor, value; other factor, value) that a choice holds, as one number each.
inline std::vector<std::uint32_t> pairs_of(const PolicyChoice& choice) {
  std::vector<std::uint32_t> pairs;
  for (std::size_t a = 0; a < PolicyChoice::factors; ++a) {
    for (std::size_t b = a + 1; b < PolicyChoice::factors; ++b) {
      pairs.push_back(
          static_cast<std::uint32_t>(((a * 16 + choice.value[a]) * 16 + b) * 16 + choice.value[b]));
    }
  }
  return pairs;
}

/// Few combinations in which every pair of values that can occur together does. A policy that breaks a rule nearly always
/// does so by itself or together with one other. Greedy: always the combination with the most pairs not yet seen, the first of
/// several.
inline std::vector<PolicyChoice> pairwise_choices() {
  const std::vector<PolicyChoice> all = every_choice();
  std::vector<char> missing(pair_numbers);
  std::size_t left = 0;
  for (const PolicyChoice& choice : all) {
    for (const std::uint32_t pair : pairs_of(choice)) {
      left += missing[pair] == 0 ? 1 : 0;
      missing[pair] = 1;
    }
  }
  std::vector<PolicyChoice> chosen;
  while (left != 0) {
    std::size_t best = 0;
    std::size_t most = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::size_t fresh = 0;
      for (const std::uint32_t pair : pairs_of(all[i])) {
        fresh += static_cast<std::size_t>(missing[pair]);
      }
      if (fresh > most) {
        most = fresh;
        best = i;
      }
    }
    chosen.push_back(all[best]);
    left -= most;
    for (const std::uint32_t pair : pairs_of(all[best])) {
      missing[pair] = 0;
    }
  }
  return chosen;
}

/// What the checker finds in so many random commands under these policies; nothing if all is well.
inline std::string broken_by(const NamedPolicies& named, std::size_t commands, std::uint32_t seed) {
  const memory::DramDevice device = memory::load_dram_device(named.device, {});
  CommandChecker checker(device, named.ranks, named.duty);
  std::array<std::size_t, memory::dram_command_count> seen{};
  for_random_commands(device, named.ranks, named.policies, commands, seed,
                      [&](const memory::CommandLog& log) {
                        for (const memory::IssuedCommand& command : log) {
                          checker.add(command);
                          ++seen[static_cast<std::size_t>(command.command)];
                        }
                      });
  std::string text;
  for (const auto& [rule, times] : checker.finish()) {
    text += named.name + ": " + rule + " broken " + std::to_string(times) + " times\n";
  }
  // Traffic without the commands in question would prove nothing.
  const auto expect = [&](memory::DramCommand command, bool wanted) {
    if ((seen[static_cast<std::size_t>(command)] != 0) != wanted) {
      text += named.name + (wanted ? ": no " : ": an unwanted ") + name_of(command) + "\n";
    }
  };
  using Mode = RefreshDuty::Mode;
  const Mode mode = named.duty.mode;
  expect(memory::DramCommand::refresh, mode == Mode::all_bank);
  expect(memory::DramCommand::refresh_bank, mode == Mode::per_bank || mode == Mode::same_bank);
  const bool down = named.policies.power_down == memory::DramPowerDown::on;
  expect(memory::DramCommand::power_down_enter, down);
  expect(memory::DramCommand::power_down_exit, down);
  return text;
}

/// The same under all of the choices with this device.
inline std::string broken_on(const std::string& device, const std::vector<PolicyChoice>& choices,
                             std::size_t commands) {
  std::string text;
  std::uint32_t seed = 0;
  for (const PolicyChoice& choice : choices) {
    ++seed;
    const NamedPolicies policies = named(choice);
    if (policies.device == device) {
      text += broken_by(policies, commands, seed);
    }
  }
  return text;
}

}  // namespace lacuna::test
