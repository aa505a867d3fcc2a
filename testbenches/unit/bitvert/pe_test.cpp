// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe.h"

#include <catch2/catch.hpp>

#include "bitvert/scheduler.h"
#include "bitvert/sum_generator.h"
#include "support/array/random_bits.h"

using namespace lacuna::bitvert;
using lacuna::test::RandomBits;

namespace {

using Activations = std::array<std::int16_t, pass_length>;

/// One pass through a PE: `columns` columns of the weights, sign first.
template <unsigned sub_group>
void run_pass(Pe& pe, const std::array<int, pass_length>& weights, const Activations& activations,
              bool first, unsigned bits, GroupMetadata metadata = {}, BlockHeader header = {}) {
  RowScheduler scheduler(sub_group);
  const PassOperands operands = generate_sums(activations, sub_group);
  for (unsigned index = 0; index < 8u - metadata.redundant; ++index) {
    unsigned column = 0;
    for (unsigned i = 0; i < pass_length; ++i) {
      column |= ((static_cast<unsigned>(weights[i]) >> (7 - metadata.redundant - index)) & 1u) << i;
    }
    pe.multiply<sub_group>(scheduler.schedule({static_cast<std::uint16_t>(column), metadata, header,
                                               static_cast<std::uint8_t>(index)}),
                           operands);
    pe.accumulate(first && index == 0, bits);
  }
}

template <unsigned sub_group>
void check_random_passes() {
  RandomBits random(sub_group);
  for (int trial = 0; trial < 200; ++trial) {
    const unsigned redundant = random.up_to(3);
    const int limit = 128 >> redundant;
    const BlockHeader header{random.chance(70), random.chance(50)};
    const int field = random.between(0, 63);
    const int constant = !header.has_constants         ? 0
                         : !header.subtracts_constants ? field
                         : field < 32                  ? -field
                                                       : 64 - field;
    std::array<int, pass_length> weights;
    Activations activations;
    int expected = 0;
    for (unsigned i = 0; i < pass_length; ++i) {
      weights[i] = random.between(-limit, limit - 1);
      activations[i] = static_cast<std::int16_t>(random.between(-128, 255));
      expected += (weights[i] + constant) * activations[i];
    }
    Pe pe;
    run_pass<sub_group>(pe, weights, activations, true, 32,
                        {static_cast<std::uint8_t>(redundant), static_cast<std::uint8_t>(field)},
                        header);
    REQUIRE(pe.accumulator() == expected);
  }
}

}  // namespace

TEST_CASE("a pass adds up the dot product of its weights, constant included") {
  check_random_passes<4>();
  check_random_passes<8>();
  check_random_passes<16>();
}

TEST_CASE("sums are those of each sub-group and of the whole pass") {
  Activations activations;
  for (unsigned i = 0; i < pass_length; ++i) {
    activations[i] = static_cast<std::int16_t>(i);
  }
  const PassOperands eights = generate_sums(activations, 8);
  CHECK(
      (eights.sub_group_sums[0] == 28 && eights.sub_group_sums[1] == 92 && eights.pass_sum == 120));
  const PassOperands fours = generate_sums(activations, 4);
  CHECK((fours.sub_group_sums[0] == 6 && fours.sub_group_sums[3] == 54));
  CHECK(generate_sums(activations, 16).sub_group_sums[0] == 120);
}

TEST_CASE("sums of extreme activations do not overflow") {
  Activations activations;
  activations.fill(255);
  CHECK(generate_sums(activations, 16).pass_sum == 4080);
  activations.fill(-128);
  CHECK(generate_sums(activations, 16).pass_sum == -2048);
}

TEST_CASE("an accumulator goes on from pass to pass until it is told to start anew") {
  std::array<int, pass_length> ones;
  ones.fill(1);
  Activations activations;
  activations.fill(3);
  Pe pe;
  run_pass<8>(pe, ones, activations, true, 32);
  run_pass<8>(pe, ones, activations, false, 32);
  CHECK(pe.accumulator() == 96);
  run_pass<8>(pe, ones, activations, true, 32);
  CHECK(pe.accumulator() == 48);
}

TEST_CASE("an accumulator wraps at its width") {
  // 16 x 127 x 255 = 518160 = 7 * 65536 + 59408, and 59408 - 65536 = -6128.
  std::array<int, pass_length> weights;
  weights.fill(127);
  Activations activations;
  activations.fill(255);
  Pe pe;
  run_pass<8>(pe, weights, activations, true, 16);
  CHECK(pe.accumulator() == -6128);
  run_pass<8>(pe, weights, activations, true, 24);
  CHECK(pe.accumulator() == 518160);
}
