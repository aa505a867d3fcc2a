// SPDX-License-Identifier: Apache-2.0
//
// The sums of activations in SystemVerilog are those of the model.
#include <catch2/catch.hpp>

#ifdef LACUNA_HAVE_RTL
#include "Vbitvert_sum_generator_16.h"
#include "Vbitvert_sum_generator_4.h"
#include "Vbitvert_sum_generator_8.h"
#include "bitvert/sum_generator.h"
#include "cosim/packed_bits.h"
#include "support/array/random_bits.h"

namespace lacuna::bitvert::test {
namespace {

std::int32_t signed_bits(std::uint64_t value, unsigned bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  return static_cast<std::int32_t>(((value & (2 * sign - 1)) ^ sign)) -
         static_cast<std::int32_t>(sign);
}

template <class Model>
void check_sums(unsigned sub_group, unsigned sum_bits) {
  VerilatedContext context;
  Model model(&context);
  lacuna::test::RandomBits random(sub_group);
  for (int repetition = 0; repetition < 1000; ++repetition) {
    std::array<std::int16_t, pass_length> activations{};
    cosim::PackedBits packed(pass_length * 9);
    for (unsigned i = 0; i < pass_length; ++i) {
      const int extreme = repetition % 2 == 0 ? -128 : 255;
      activations[i] = static_cast<std::int16_t>(
          repetition < 2 || random.chance(20) ? extreme : random.between(-128, 255));
      packed.set(i * 9, 9, activations[i]);
    }
    cosim::assign(packed, model.activations);
    model.eval();
    const PassOperands expected = generate_sums(activations, sub_group);
    REQUIRE(signed_bits(model.pass_sum, 13) == expected.pass_sum);
    const std::uint64_t sums = model.sub_group_sums;
    for (unsigned s = 0; s < pass_length / sub_group; ++s) {
      REQUIRE(signed_bits(sums >> (s * sum_bits), sum_bits) == expected.sub_group_sums[s]);
    }
  }
  model.final();
}

}  // namespace

TEST_CASE("sums of activations in SystemVerilog are the model's, at the ends of their range too") {
  check_sums<Vbitvert_sum_generator_4>(4, 11);
  check_sums<Vbitvert_sum_generator_8>(8, 12);
  check_sums<Vbitvert_sum_generator_16>(16, 13);
}

}  // namespace lacuna::bitvert::test
#else
TEST_CASE("sums of activations in SystemVerilog are the model's, at the ends of their range too") {
  WARN("skipped: built without Verilator");
}
#endif
