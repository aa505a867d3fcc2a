// SPDX-License-Identifier: Apache-2.0
#include "enmc/isa.h"

#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "enmc/assembler.h"
#include "enmc/registers.h"

namespace lacuna {

namespace {

using enmc::Instruction;
using enmc::Opcode;

constexpr std::uint32_t all_commands = 1U << 13;

Instruction instruction(Opcode opcode, unsigned first = 0, unsigned second = 0) {
  Instruction result;
  result.opcode = opcode;
  result.first = static_cast<std::uint8_t>(first);
  result.second = static_cast<std::uint8_t>(second);
  return result;
}

std::string message_of(const std::string& program, bool words = false) {
  try {
    words ? enmc::from_words(program, "program") : enmc::assemble(program, "program");
  } catch (const Error& error) {
    std::string text;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      text += diagnostic.text() + "\n";
    }
    return text;
  }
  return {};
}

}  // namespace

TEST_CASE("the instructions printed in Figure 6.7 have its bits") {
  // Opcode=2 BufferID=0 BufferID=1: 00010 0000 0001.
  CHECK(enmc::encode(instruction(Opcode::multiply_add_fp32, 0, 1)) == 0b00010'0000'0001);
  // Opcode=9 RD RegID=7 and Opcode=9 WT RegID=7: 01001, one bit, 00111, two bits left over.
  CHECK(enmc::encode(instruction(Opcode::query, 7)) == 0b01001'0'00111'00);
  CHECK(enmc::encode(instruction(Opcode::init, 7)) == 0b01001'1'00111'00);
}

TEST_CASE("every one of the 8192 encodings is an instruction that encodes to it, or is refused") {
  std::set<Opcode> seen;
  unsigned instructions = 0;
  for (std::uint32_t command = 0; command < all_commands; ++command) {
    const enmc::Decoded decoded = enmc::decode(command);
    if (!decoded.problem.empty()) {
      continue;
    }
    ++instructions;
    seen.insert(decoded.instruction.opcode);
    CAPTURE(command);
    CHECK(enmc::encode(decoded.instruction) == command);
    CHECK((command & 1U << 10) == 0);
    CHECK(command != 0);
    // As text and as words, too.
    Instruction whole = decoded.instruction;
    if (enmc::form_of(whole.opcode).data == enmc::DataUse::required) {
      whole.data = 0xfedcba9876543210U ^ command;
    }
    const std::vector<Instruction> program = {whole};
    CHECK(enmc::assemble(enmc::to_text(whole), "text") == program);
    CHECK(enmc::from_words(enmc::to_words(program), "words") == program);
  }
  CHECK(seen.size() == enmc::instruction_forms().size());
  // INIT and QUERY 32 each; LDR, STR, FILTER, SIGMOID, SOFTMAX 16 each; MOVE 256 - 1; seven others of
  // two buffers 256 each; five without operands less MOVE's zero: BARRIER, NOP, RETURN, CLR.
  CHECK(instructions == 2 * 32 + 5 * 16 + 255 + 6 * 256 + 4);
}

TEST_CASE("what devices would take for a PRECHARGE is refused with the reason") {
  CHECK(enmc::decode(0).problem == "encoding 0 is a PRECHARGE");
  CHECK(enmc::problem_of(instruction(Opcode::move, 0, 0)) == "encoding 0 is a PRECHARGE");
  CHECK(enmc::problem_of(instruction(Opcode::move, 1, 1)).empty());
  for (std::uint32_t command = 0; command < all_commands; ++command) {
    if ((command >> 10 & 1) != 0) {
      CHECK(enmc::decode(command).problem.find("A10 set: that is a PRECHARGE of all banks") !=
            std::string::npos);
    }
  }
  CHECK(message_of("NOP\nMOVE feature_int4, feature_int4") ==
        "program:2:1: encoding 0 is a PRECHARGE\n");
  CHECK(message_of("0x0400", true) ==
        "program:1:1: encoding 0x400 has A10 set: that is a PRECHARGE of all banks\n");
  CHECK(message_of("0x4000", true) == "program:1:1: encoding 0x4000 has more than 13 bits\n");
}

TEST_CASE("numbers of two instructions differ, and none has the bit that is A10") {
  std::set<std::pair<unsigned, unsigned>> taken;
  for (const enmc::InstructionForm& form : enmc::instruction_forms()) {
    CHECK(taken.insert({form.number, form.select.value_or(2)}).second);
    CHECK((form.number & 4) == 0);
    CHECK(form.number < 32);
  }
}

TEST_CASE("operands out of range cannot be encoded") {
  CHECK_THROWS_AS(enmc::encode(instruction(Opcode::load, 16)), Error);
  CHECK_THROWS_AS(enmc::encode(instruction(Opcode::move, 1, 16)), Error);
  CHECK_THROWS_AS(enmc::encode(instruction(Opcode::init, 32)), Error);
  CHECK_THROWS_AS(enmc::encode(instruction(Opcode::barrier, 1)), Error);
  CHECK_THROWS_AS(enmc::encode(instruction(Opcode::load, 1, 1)), Error);
}

TEST_CASE("the program of Figure 6.8 assembles") {
  const auto program = enmc::assemble(
      "# Initialization\n"
      "INIT weight_int4_address, 0x1000\n"
      "init reg_1, 4          // batch size\n"
      "\n"
      "LDR feature_int4, 0x4cea4fe2\n"
      "  LDR weight_int4\n"
      "MUL_ADD_INT4 feature_int4, weight_int4\n"
      "FILTER psum_int4\nBARRIER\nRETURN",
      "figure");
  REQUIRE(program.size() == 8);
  CHECK(program[0].first == static_cast<unsigned>(enmc::Register::weight_int4_address));
  CHECK(program[0].data == 0x1000U);
  CHECK(program[1].first == 1);
  CHECK(program[2].data == 0x4cea4fe2U);
  CHECK_FALSE(program[3].data);
  CHECK(program[4] == instruction(Opcode::multiply_add_int4, 0, 1));
  CHECK(program[7].opcode == Opcode::give_back);
}

TEST_CASE("wrong lines are reported with their places and the nearest names") {
  CHECK(message_of("INIT threshhold, 1\n  FILTR psum_int4\nLDR weigth_int4, 0x12z") ==
        "program:1:6: no register is called 'threshhold', did you mean 'threshold'?\n"
        "program:2:3: no instruction is called 'FILTR', did you mean 'FILTER'?\n"
        "program:3:5: no buffer is called 'weigth_int4', did you mean 'weight_int4'?\n"
        "program:3:18: '0x12z' is no number of 64 bits; expected 4096 or 0x1000, say\n");
  CHECK(message_of("INIT threshold") == "program:1:1: INIT has 2 operands, found 1\n");
  CHECK(message_of("LDR") == "program:1:1: LDR has 1 or 2 operands, found 0\n");
  CHECK(message_of("BARRIER 3") == "program:1:1: BARRIER has 0 operands, found 1\n");
  CHECK(message_of("INIT threshold, 0x10000000000000000") != "");  // more than 64 bits
  CHECK(message_of("0x099c", true) == "program:1:1: INIT without its data\n");
  CHECK(message_of("0x091c 1", true) == "program:1:1: QUERY has no data\n");
  CHECK(message_of("0x0c00", true) ==
        "program:1:1: encoding 0xc00 has A10 set: that is a PRECHARGE of all banks\n");
  CHECK(message_of("0x1a01", true) == "program:1:1: 0x1a01: bits that NOP leaves zero are set\n");
}

TEST_CASE("register names and their numbers agree with the register file") {
  CHECK(enmc::find_register("threshold") == static_cast<std::uint8_t>(enmc::Register::threshold));
  CHECK(enmc::find_register("output_bytes") ==
        static_cast<std::uint8_t>(enmc::Register::output_bytes));
  CHECK(enmc::find_register("softmax7") == enmc::last_softmax_register);
  CHECK(enmc::find_register("owner") == static_cast<std::uint8_t>(enmc::Register::owner));
  CHECK(enmc::find_buffer("psum_fp32") == static_cast<std::uint8_t>(enmc::Buffer::psum_fp32));
  CHECK_FALSE(enmc::find_buffer("buffer_16"));
  CHECK(enmc::find_register("reg_31") == 31);
}

TEST_CASE("the manual holds the table of instructions as the code has it") {
  std::ifstream in(LACUNA_SOURCE_DIR "/doc/enmc_isa.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  INFO(enmc::instruction_table());
  CHECK(page.find(enmc::instruction_table()) != std::string::npos);
}

}  // namespace lacuna
