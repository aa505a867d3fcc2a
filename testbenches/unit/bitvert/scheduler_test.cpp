// SPDX-License-Identifier: Apache-2.0
#include "bitvert/scheduler.h"

#include <catch2/catch.hpp>

using namespace lacuna::bitvert;

namespace {

int ones(std::uint32_t bits) {
  return __builtin_popcount(bits);
}

/// Bits that the plan picks, each multiplier's activation being m + select[m]; -1 when one is
/// picked twice or lies outside.
std::int64_t picked_bits(const ColumnPlan& plan, unsigned sub_group) {
  std::int64_t bits = 0;
  for (unsigned m = 0; m < sub_group / 2; ++m) {
    if (((plan.valid >> m) & 1) == 0) {
      continue;
    }
    const unsigned lane = m + plan.select[m];
    if (plan.select[m] > sub_group / 2 || lane >= sub_group || ((bits >> lane) & 1) != 0) {
      return -1;
    }
    bits |= std::int64_t{1} << lane;
  }
  return bits;
}

/// Columns of a sub-group size whose plan does not pick exactly the minority bits.
unsigned wrong_plans(unsigned sub_group) {
  const std::uint32_t mask = (1u << sub_group) - 1;
  unsigned wrong = 0;
  for (std::uint32_t column = 0; column <= mask; ++column) {
    const ColumnPlan plan = plan_column(column, sub_group);
    const bool invert = ones(column) > static_cast<int>(sub_group) / 2;
    const std::uint32_t minority = invert ? ~column & mask : column;
    const bool right = plan.invert == invert && picked_bits(plan, sub_group) == minority &&
                       ones(minority) <= static_cast<int>(sub_group) / 2 &&
                       (plan.valid >> (sub_group / 2)) == 0;
    wrong += right ? 0 : 1;
  }
  return wrong;
}

FetchedColumn fetched(std::uint16_t bits, unsigned index, GroupMetadata metadata,
                      BlockHeader header) {
  return {bits, metadata, header, static_cast<std::uint8_t>(index)};
}

}  // namespace

TEST_CASE("every column of 4, 8 or 16 bits has its minority bits picked exactly once") {
  CHECK(wrong_plans(4) == 0);
  CHECK(wrong_plans(8) == 0);
  CHECK(wrong_plans(16) == 0);
}

TEST_CASE("a column of four ones and four zeros is not inverted, five ones are") {
  CHECK_FALSE(plan_column(0b11110000).invert);
  CHECK(plan_column(0b11111000).invert);
  CHECK_FALSE(plan_column(0b0011, 4).invert);
  CHECK(plan_column(0b0111, 4).invert);
  CHECK_FALSE(plan_column(0x00FF, 16).invert);
  CHECK(plan_column(0x01FF, 16).invert);
}

TEST_CASE("priority encoders take the lowest bit of their window that is left") {
  // Bits 4..7: each encoder sees its own furthest bit first.
  const ColumnPlan upper = plan_column(0b11110000);
  CHECK(upper.valid == 0b1111);
  CHECK((upper.select[0] == 4 && upper.select[1] == 4 && upper.select[2] == 4 &&
         upper.select[3] == 4));
  // Bit 6 is outside the windows of encoders 0 and 1 (bits 0..4 and 1..5); bit 1 goes to encoder 0.
  const ColumnPlan two = plan_column(0b01000010);
  CHECK(two.valid == 0b0101);
  CHECK((two.select[0] == 1 && two.select[2] == 4));
  CHECK(plan_column(0).valid == 0);
  // All ones: nothing is left to add, the sum of all is taken as it is.
  CHECK((plan_column(0xFF).invert && plan_column(0xFF).valid == 0));
}

TEST_CASE("a pass is planned sub-group by sub-group") {
  const PassPlan plan = plan_pass(0xFF01, 8);
  CHECK(plan.invert == 0b10);
  CHECK(plan.valid == 0b00000001);
  const PassPlan fours = plan_pass(0x8E10, 4);  // 0000, 0001, 1110, 1000 from the lowest up
  CHECK(fours.invert == 0b0100);
  CHECK(fours.valid == 0b10010100);  // 1000: only the second encoder sees bit 3
  CHECK(fours.select[7] == 2);
}

TEST_CASE("significance counts down from 7 - redundant, and the first column is the sign") {
  RowScheduler scheduler(8);
  const GroupMetadata metadata{2, 0};
  const RowControl first = scheduler.schedule(fetched(1, 0, metadata, {}));
  CHECK((first.significance == 5 && first.negate));
  const RowControl second = scheduler.schedule(fetched(1, 1, metadata, {}));
  CHECK((second.significance == 4 && !second.negate));
}

TEST_CASE("columns below significance 0 are gated") {
  RowScheduler scheduler(8);
  const GroupMetadata metadata{3, 0};
  for (unsigned index = 0; index < 5; ++index) {
    CHECK(scheduler.schedule(fetched(0xFFFF, index, metadata, {})).plan.invert == 0b11);
  }
  const RowControl gated = scheduler.schedule(fetched(0xFF0F, 5, metadata, {}));
  CHECK((gated.plan.valid == 0 && gated.plan.invert == 0));
}

TEST_CASE("the constant goes to the multiplier in two halves, signed only when it is subtracted") {
  RowScheduler scheduler(8);
  const GroupMetadata metadata{0, 0b110101};
  const BlockHeader added{true, false};
  const ConstantSlice low = scheduler.schedule(fetched(0, 0, metadata, added)).constant;
  CHECK((low.active && low.factor == 5 && !low.upper && !low.subtract));
  const ConstantSlice high = scheduler.schedule(fetched(0, 1, metadata, added)).constant;
  CHECK((high.active && high.factor == 6 && high.upper && !high.subtract));  // 8 * 6 + 5 = 53
  CHECK_FALSE(scheduler.schedule(fetched(0, 2, metadata, added)).constant.active);

  const BlockHeader subtracted{true, true};
  CHECK(scheduler.schedule(fetched(0, 0, metadata, subtracted)).constant.factor == 5);
  const ConstantSlice sign = scheduler.schedule(fetched(0, 1, metadata, subtracted)).constant;
  CHECK((sign.factor == -2 && sign.subtract));  // 8 * -2 + 5 = -11 = 53 - 64
  CHECK_FALSE(scheduler.schedule(fetched(0, 0, metadata, {})).constant.active);
}
