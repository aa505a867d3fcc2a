// SPDX-License-Identifier: Apache-2.0
//
// The instruction decoder in SystemVerilog against the model's, for all encodings.
#include <catch2/catch.hpp>

#include "enmc/isa.h"
#include "memory/dram_instruction_window.h"

#ifdef LACUNA_HAVE_RTL
#include "Venmc_decoder.h"
#include "Venmc_decoder_blind.h"
#include "Venmc_decoder_careless.h"
#include "Venmc_decoder_swapped.h"

namespace lacuna::enmc::test {
namespace {

constexpr std::uint32_t all_commands = 1U << 13;

struct DecoderDifferences {
  unsigned illegal = 0;  // whether it is an instruction
  unsigned fields = 0;
  unsigned data = 0;

  unsigned all() const { return illegal + fields + data; }
};

/// With data and without.
template <class Model>
DecoderDifferences differences_from_model() {
  VerilatedContext context;
  Model decoder(&context);
  DecoderDifferences differences;
  for (std::uint32_t command = 0; command < all_commands; ++command) {
    const Decoded expected = decode(command);
    const Instruction& instruction = expected.instruction;
    const bool legal = expected.problem.empty();
    for (const bool with_data : {false, true}) {
      const std::uint64_t data = 0x0123456789ABCDEFU * (command + 1);
      decoder.command = static_cast<SData>(command);
      decoder.data_valid = with_data ? 1 : 0;
      decoder.data = data;
      decoder.eval();
      differences.illegal += (decoder.illegal == 0) == legal ? 0 : 1;
      const auto use = legal ? form_of(instruction.opcode).data : DataUse::none;
      const bool equal = legal ? decoder.opcode == static_cast<unsigned>(instruction.opcode) &&
                                     decoder.first == instruction.first &&
                                     decoder.second == instruction.second
                               : decoder.opcode == 0 && decoder.first == 0 && decoder.second == 0;
      differences.fields += equal && decoder.data_use == static_cast<unsigned>(use) ? 0 : 1;
      const bool value = with_data && legal;
      differences.data +=
          (decoder.has_value != 0) == value && decoder.value == (value ? data : 0) ? 0 : 1;
    }
  }
  return differences;
}

}  // namespace

TEST_CASE("the decoder in SystemVerilog gives what the model's gives for all 8192 encodings") {
  const DecoderDifferences differences = differences_from_model<Venmc_decoder>();
  CHECK(differences.illegal == 0);
  CHECK(differences.fields == 0);
  CHECK(differences.data == 0);
}

TEST_CASE("the decoder in SystemVerilog refuses what devices would obey") {
  VerilatedContext context;
  Venmc_decoder decoder(&context);
  unsigned aliases = 0;
  for (std::uint32_t command = 0; command < all_commands; ++command) {
    if (memory::problem_of_encoding(command).empty()) {
      continue;
    }
    ++aliases;
    decoder.command = static_cast<SData>(command);
    decoder.eval();
    REQUIRE(decoder.illegal != 0);
  }
  CHECK(aliases == all_commands / 2 + 1);
}

TEST_CASE("decoders in SystemVerilog with a defect are found") {
  // All zeros are an instruction; bits below the operands are not; two instructions of one number are one another.
  CHECK(differences_from_model<Venmc_decoder_blind>().illegal > 0);
  CHECK(differences_from_model<Venmc_decoder_careless>().illegal > 0);
  CHECK(differences_from_model<Venmc_decoder_swapped>().fields > 0);
}

}  // namespace lacuna::enmc::test

#else

TEST_CASE("the decoder in SystemVerilog gives what the model's gives for all 8192 encodings") {
  WARN("skipped: built without Verilator");
}

#endif
