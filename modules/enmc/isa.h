// SPDX-License-Identifier: Apache-2.0
//
// The instruction set of an ENMC DIMM: 13 bits that travel as the row-address bits A0 to A12 of a
// PRECHARGE, and at most 64 bits of data behind them [Liu, dissertation, Table 6.1, Fig 6.7].
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lacuna::enmc {

/// The instructions of Table 6.1.
enum class Opcode : std::uint8_t {
  init,
  load,
  store,
  move,
  add_int4,
  multiply_int4,
  add_fp32,
  multiply_fp32,
  multiply_add_int4,
  multiply_add_fp32,
  filter,
  sigmoid,
  softmax,
  barrier,
  no_operation,
  query,
  give_back,
  clear,
};

/// Buffers of a rank, as operands name them; ids 8 to 15 are free.
enum class Buffer : std::uint8_t {
  feature_int4 = 0,
  weight_int4 = 1,
  feature_fp32 = 2,
  weight_fp32 = 3,
  psum_int4 = 4,
  psum_fp32 = 5,
  index = 6,
  output = 7,
};
inline constexpr unsigned buffer_ids = 16;
inline constexpr unsigned register_ids = 32;

/// What stands between mnemonic and end of line.
enum class Operands : std::uint8_t { none, buffer, two_buffers, register_id };
/// What travels on the data bus behind the command.
enum class DataUse : std::uint8_t {
  none,
  required,  ///< to the rank: a value
  optional,  ///< to the rank: an address; without, the buffer's address register, which moves on
  answered,  ///< from the rank
};

struct Instruction {
  Opcode opcode = Opcode::no_operation;
  std::uint8_t first = 0;   ///< buffer id, or register
  std::uint8_t second = 0;  ///< buffer id
  std::optional<std::uint64_t> data;

  friend bool operator==(const Instruction& a, const Instruction& b) {
    return a.opcode == b.opcode && a.first == b.first && a.second == b.second && a.data == b.data;
  }
};

/// With one operand or none, and no data.
inline Instruction of_opcode(Opcode opcode, std::uint8_t first = 0) {
  Instruction instruction;
  instruction.opcode = opcode;
  instruction.first = first;
  return instruction;
}

/// One row of the instruction table. A command is number (A12 to A8), for some a bit that tells two
/// instructions of one number apart (A7), then operands from the most significant bit left; zeros
/// below.
struct InstructionForm {
  Opcode opcode;
  const char* mnemonic;
  std::uint8_t number;                 ///< 5 bits; bit 2 would be A10
  std::optional<std::uint8_t> select;  ///< A7
  Operands operands;
  DataUse data;
  bool printed;  ///< whether the source prints the number
  const char* meaning;
};
const std::vector<InstructionForm>& instruction_forms();
const InstructionForm& form_of(Opcode opcode);

/// The 13 bits. @throws Error (stuck) on operands out of range
std::uint32_t encode(const Instruction& instruction);
/// Why the instruction cannot be sent: its bits are a true PRECHARGE. Empty if it can.
std::string problem_of(const Instruction& instruction);

/// An instruction from its bits, without data, or why they are none.
struct Decoded {
  Instruction instruction;
  std::string problem;
};
Decoded decode(std::uint32_t command);

/// "feature_int4", or "buffer_9" where the id has no name.
std::string buffer_name(std::uint8_t id);
std::optional<std::uint8_t> find_buffer(const std::string& name);
/// "threshold", or "reg_31".
std::string register_name(std::uint8_t id);
std::optional<std::uint8_t> find_register(const std::string& name);
/// All names, for suggestions.
std::vector<std::string> mnemonics();
std::vector<std::string> buffer_names();
std::vector<std::string> register_names();

/// Rows of a table in Markdown: instruction, A12 to A0, data, meaning.
std::string instruction_table();

}  // namespace lacuna::enmc
