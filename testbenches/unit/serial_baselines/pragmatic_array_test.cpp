// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "baselines/pragmatic/array_detailed.h"
#include "baselines/pragmatic/array_fast.h"
#include "serial_array_test.h"

using namespace lacuna;
using namespace lacuna::baselines;
using namespace lacuna::baselines::test;

namespace {

/// A row's cycles with full shifters: the most one bits of a weight.
unsigned most_ones(const std::vector<int>& weights, bool sign_cycle) {
  unsigned most = 0;
  for (const int weight : weights) {
    unsigned ones = sign_cycle && weight < 0 ? 1 : 0;
    for (int rest = std::abs(weight); rest != 0; rest /= 2) {
      ones += rest % 2 != 0 ? 1 : 0;
    }
    most = std::max(most, ones);
  }
  return most;
}

/// With shorter shifters: lists of oneffsets, from which each cycle takes what it reaches.
unsigned staged(const std::vector<int>& weights, const PragmaticRule& rule) {
  std::vector<std::vector<int>> lists;  // largest oneffset last; 100: the sign
  for (const int weight : weights) {
    std::vector<int> offsets;
    for (int bit = 0; bit < 8; ++bit) {
      if ((std::abs(weight) / (1 << bit)) % 2 == 1) {
        offsets.push_back(bit);
      }
    }
    if (rule.sign_cycle && weight < 0) {
      offsets.push_back(100);
    }
    lists.push_back(offsets);
  }
  unsigned cycles = 0;
  while (true) {
    int highest = -1;
    bool any = false;
    for (const auto& list : lists) {
      any = any || !list.empty();
      highest = list.empty() || list.back() == 100 ? highest : std::max(highest, list.back());
    }
    if (!any) {
      return cycles;
    }
    ++cycles;
    for (auto& list : lists) {
      if (!list.empty() && list.back() > highest - (1 << rule.first_stage_bits)) {
        list.pop_back();
      }
    }
  }
}

SerialMachine machine(const PragmaticRule& rule) {
  SerialMachine machine;
  machine.name = "first stage " + std::to_string(rule.first_stage_bits) +
                 (rule.sign_cycle ? ", sign cycle" : ", free sign");
  machine.fast = [rule](const engine::ArrayOptions& options) {
    return std::make_unique<FastPragmaticArray>(options, rule);
  };
  machine.detailed = [rule](const engine::ArrayOptions& options) {
    return std::make_unique<DetailedPragmaticArray>(options, rule);
  };
  machine.pass_cycles = [rule](const std::vector<int>& weights) {
    return rule.first_stage_bits == 3 ? most_ones(weights, rule.sign_cycle) : staged(weights, rule);
  };
  return machine;
}

std::vector<SerialMachine> machines() {
  return {machine({3, true}), machine({2, true}), machine({3, false}), machine({1, false}),
          machine({0, true})};
}

std::uint8_t byte(int weight) {
  return static_cast<std::uint8_t>(weight);
}

}  // namespace

TEST_CASE("Pragmatic: fast and detailed agree with each other and with a direct convolution") {
  check_random_tiles(machines(), 110, 41);
}

TEST_CASE("Pragmatic: one cycle more in either body is a difference") {
  check_slower_bodies(machines(), 42);
}

TEST_CASE("Pragmatic: fast and detailed agree on tiles with flipped and missing bytes") {
  check_damaged_tiles(machines(), 43);
}

TEST_CASE("oneffsets come leading ones first, and -128 is a single one") {
  OneffsetDispatcher dispatcher({3, false});
  const std::vector<std::uint8_t> weights = {
      byte(0b1010), byte(-0b1010), byte(-128), 0, 0, 0, 0, 1};
  dispatcher.load(weights);
  PeOperation first = dispatcher.schedule();
  CHECK(first.effectual == 4);
  CHECK(first.common_shift == 0);
  CHECK((first.lanes[0].shift == 3 && first.lanes[0].adds && !first.lanes[0].negate));
  CHECK((first.lanes[1].shift == 3 && first.lanes[1].negate));
  CHECK((first.lanes[2].shift == 7 && first.lanes[2].negate));
  CHECK((!first.lanes[3].adds && first.lanes[7].shift == 0 && first.lanes[7].adds));
  REQUIRE(dispatcher.pending());
  const PeOperation second = dispatcher.schedule();
  CHECK((second.effectual == 2 && second.lanes[0].shift == 1 && second.lanes[1].shift == 1));
  CHECK_FALSE(dispatcher.pending());
}

TEST_CASE("a lane whose oneffset the first stage does not reach waits") {
  OneffsetDispatcher dispatcher({2, true});
  const std::vector<std::uint8_t> weights = {byte(64), byte(4), byte(8), byte(-2), 0, 0, 0, 0};
  dispatcher.load(weights);
  const PeOperation first = dispatcher.schedule();  // offsets 6, 2, 3, and a sign: reach 6..3
  CHECK(first.common_shift == 3);
  CHECK((first.lanes[0].adds && first.lanes[0].shift == 3));
  CHECK_FALSE(first.lanes[1].adds);
  CHECK((first.lanes[2].adds && first.lanes[2].shift == 0));
  CHECK_FALSE(first.lanes[3].adds);
  CHECK(first.effectual == 3);
  const PeOperation second = dispatcher.schedule();
  CHECK((second.lanes[1].adds && second.lanes[1].shift == 2 && second.common_shift == 0));
  CHECK((second.lanes[3].adds && second.lanes[3].negate));
  CHECK_FALSE(dispatcher.pending());
}
