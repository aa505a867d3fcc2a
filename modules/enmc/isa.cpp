// SPDX-License-Identifier: Apache-2.0
#include "enmc/isa.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"
#include "enmc/registers.h"
#include "memory/dram_instruction_window.h"

namespace lacuna::enmc {

namespace {

constexpr unsigned number_shift = 8;
constexpr unsigned select_shift = 7;
constexpr unsigned buffer_bits = 4;
constexpr unsigned register_bits = 5;

constexpr std::array<const char*, 8> named_buffers = {"feature_int4", "weight_int4", "feature_fp32",
                                                      "weight_fp32",  "psum_int4",   "psum_fp32",
                                                      "index",        "output"};

constexpr std::array<const char*, 29> named_registers = {"batch_id",
                                                         "batch_size",
                                                         "feature_int4_address",
                                                         "feature_fp32_address",
                                                         "weight_int4_address",
                                                         "bias_int4_address",
                                                         "weight_fp32_address",
                                                         "threshold",
                                                         "rows",
                                                         "screener_length",
                                                         "dimension",
                                                         "block_rows",
                                                         "loop_tiles",
                                                         "fp32_row_bytes",
                                                         "worth",
                                                         "returns",
                                                         "owner",
                                                         "status",
                                                         "instructions",
                                                         "candidates",
                                                         "output_bytes",
                                                         "softmax0",
                                                         "softmax1",
                                                         "softmax2",
                                                         "softmax3",
                                                         "softmax4",
                                                         "softmax5",
                                                         "softmax6",
                                                         "softmax7"};

/// Where the first operand's lowest bit stands.
unsigned operand_shift(const InstructionForm& form) {
  const unsigned top = form.select ? select_shift : number_shift;
  return top - (form.operands == Operands::register_id ? register_bits : buffer_bits);
}

std::uint32_t operand_bits(const InstructionForm& form) {
  const unsigned shift = operand_shift(form);
  switch (form.operands) {
    case Operands::none:
      return 0;
    case Operands::buffer:
      return (buffer_ids - 1) << shift;
    case Operands::two_buffers:
      return (buffer_ids - 1) << shift | (buffer_ids - 1) << (shift - buffer_bits);
    case Operands::register_id:
      return (register_ids - 1) << shift;
  }
  return 0;
}

template <std::size_t Count>
std::optional<std::uint8_t> find_name(const std::array<const char*, Count>& names,
                                      const std::string& name, const std::string& prefix,
                                      unsigned ids) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    return static_cast<std::uint8_t>(found - names.begin());
  }
  for (unsigned id = 0; id < ids; ++id) {
    if (name == prefix + std::to_string(id)) {
      return static_cast<std::uint8_t>(id);
    }
  }
  return std::nullopt;
}

std::string data_text(DataUse use) {
  switch (use) {
    case DataUse::none:
      break;
    case DataUse::required:
      return "value";
    case DataUse::optional:
      return "address, or none";
    case DataUse::answered:
      return "answer";
  }
  return "-";
}

std::string layout_text(const InstructionForm& form) {
  std::string bits = fmt::format("{:05b}", form.number);
  unsigned left = number_shift;
  if (form.select) {
    bits += fmt::format(" {}", *form.select);
    --left;
  }
  switch (form.operands) {
    case Operands::none:
      break;
    case Operands::buffer:
      bits += " bbbb";
      left -= buffer_bits;
      break;
    case Operands::two_buffers:
      bits += " bbbb cccc";
      left -= 2 * buffer_bits;
      break;
    case Operands::register_id:
      bits += " rrrrr";
      left -= register_bits;
      break;
  }
  return left == 0 ? bits : bits + " " + std::string(left, '0');
}

std::string syntax_text(const InstructionForm& form) {
  switch (form.operands) {
    case Operands::none:
      return form.mnemonic;
    case Operands::buffer:
      return fmt::format("{} b{}", form.mnemonic,
                         form.data == DataUse::optional ? " [, address]" : "");
    case Operands::two_buffers:
      return fmt::format("{} b, c", form.mnemonic);
    case Operands::register_id:
      return fmt::format("{} r{}", form.mnemonic, form.data == DataUse::required ? ", value" : "");
  }
  return form.mnemonic;
}

}  // namespace

// Bit 2 of a number would be A10, PRECHARGE ALL: sixteen numbers are left, and as INIT and QUERY
// share one (printed), so do the special functions. Number 0 goes to MOVE, whose all-zero form moves a
// buffer onto itself.
const std::vector<InstructionForm>& instruction_forms() {
  using O = Opcode;
  using P = Operands;
  using D = DataUse;
  static const std::vector<InstructionForm> forms = {
      {O::init, "INIT", 9, 1, P::register_id, D::required, true, "writes a status register"},
      {O::query, "QUERY", 9, 0, P::register_id, D::answered, true, "asks for a status register"},
      {O::load,
       "LDR",
       1,
       {},
       P::buffer,
       D::optional,
       false,
       "loads a buffer from the rank's memory"},
      {O::store, "STR", 3, {}, P::buffer, D::optional, false, "stores a buffer there"},
      {O::move, "MOVE", 0, {}, P::two_buffers, D::none, false, "moves buffer b to c"},
      {O::add_int4,
       "ADD_INT4",
       16,
       {},
       P::two_buffers,
       D::none,
       false,
       "adds two buffers into psum_int4"},
      {O::multiply_int4,
       "MUL_INT4",
       17,
       {},
       P::two_buffers,
       D::none,
       false,
       "multiplies two buffers into psum_int4"},
      {O::add_fp32,
       "ADD_FP32",
       18,
       {},
       P::two_buffers,
       D::none,
       false,
       "adds two buffers into psum_fp32"},
      {O::multiply_fp32,
       "MUL_FP32",
       19,
       {},
       P::two_buffers,
       D::none,
       false,
       "multiplies two buffers into psum_fp32"},
      {O::multiply_add_int4,
       "MUL_ADD_INT4",
       8,
       {},
       P::two_buffers,
       D::none,
       false,
       "adds the products of features and weights to psum_int4"},
      {O::multiply_add_fp32,
       "MUL_ADD_FP32",
       2,
       {},
       P::two_buffers,
       D::none,
       true,
       "adds the products of features and weights to psum_fp32"},
      {O::filter,
       "FILTER",
       10,
       {},
       P::buffer,
       D::none,
       false,
       "compares sums with the threshold, writes the index buffer"},
      {O::sigmoid, "SIGMOID", 24, 0, P::buffer, D::none, false, "special function of a buffer"},
      {O::softmax, "SOFTMAX", 24, 1, P::buffer, D::none, false, "special function of a buffer"},
      {O::barrier, "BARRIER", 25, {}, P::none, D::none, false, "waits until all is done"},
      {O::no_operation, "NOP", 26, {}, P::none, D::none, false, "lets a clock pass"},
      {O::give_back, "RETURN", 11, {}, P::none, D::answered, false, "returns the output buffer"},
      {O::clear, "CLR", 27, {}, P::none, D::none, false, "resets buffers and registers"},
  };
  return forms;
}

const InstructionForm& form_of(Opcode opcode) {
  const auto& forms = instruction_forms();
  return *std::find_if(forms.begin(), forms.end(),
                       [&](const InstructionForm& form) { return form.opcode == opcode; });
}

std::uint32_t encode(const Instruction& instruction) {
  const InstructionForm& form = form_of(instruction.opcode);
  const std::uint32_t first = std::uint32_t{instruction.first} << operand_shift(form);
  const std::uint32_t second = form.operands == Operands::two_buffers
                                   ? std::uint32_t{instruction.second}
                                   : std::uint32_t{instruction.second} << number_shift;
  const std::uint32_t allowed = operand_bits(form);
  if (((first | second) & ~allowed) != 0 || instruction.second >= buffer_ids) {
    throw model_error(fmt::format("operands of {} out of range", form.mnemonic));
  }
  return std::uint32_t{form.number} << number_shift |
         std::uint32_t{form.select.value_or(0)} << select_shift | first | second;
}

std::string problem_of(const Instruction& instruction) {
  return memory::problem_of_encoding(encode(instruction));
}

Decoded decode(std::uint32_t command) {
  Decoded decoded;
  decoded.problem = memory::problem_of_encoding(command);
  if (!decoded.problem.empty()) {
    return decoded;
  }
  const std::uint32_t number = command >> number_shift;
  bool known = false;
  for (const InstructionForm& form : instruction_forms()) {
    const std::uint32_t select = command >> select_shift & 1;
    known = known || form.number == number;
    if (form.number != number || (form.select && *form.select != select)) {
      continue;
    }
    const std::uint32_t operands =
        command & ((1U << (form.select ? select_shift : number_shift)) - 1);
    if ((operands & ~operand_bits(form)) != 0) {
      decoded.problem =
          fmt::format("{:#x}: bits that {} leaves zero are set", command, form.mnemonic);
      return decoded;
    }
    decoded.instruction.opcode = form.opcode;
    if (form.operands == Operands::two_buffers) {
      decoded.instruction.second = static_cast<std::uint8_t>(operands & (buffer_ids - 1));
    }
    decoded.instruction.first = static_cast<std::uint8_t>(operands >> operand_shift(form));
    if (form.operands == Operands::none) {
      decoded.instruction.first = 0;
    }
    return decoded;
  }
  decoded.problem = fmt::format("{:#x}: no instruction has number {}", command, number);
  return decoded;
}

std::string buffer_name(std::uint8_t id) {
  return id < named_buffers.size() ? named_buffers[id] : fmt::format("buffer_{}", id);
}

std::optional<std::uint8_t> find_buffer(const std::string& name) {
  return find_name(named_buffers, name, "buffer_", buffer_ids);
}

std::string register_name(std::uint8_t id) {
  return id < named_registers.size() ? named_registers[id] : fmt::format("reg_{}", id);
}

std::optional<std::uint8_t> find_register(const std::string& name) {
  return find_name(named_registers, name, "reg_", register_ids);
}

std::vector<std::string> mnemonics() {
  std::vector<std::string> names;
  for (const InstructionForm& form : instruction_forms()) {
    names.emplace_back(form.mnemonic);
  }
  return names;
}

std::vector<std::string> buffer_names() {
  return {named_buffers.begin(), named_buffers.end()};
}

std::vector<std::string> register_names() {
  return {named_registers.begin(), named_registers.end()};
}

std::string instruction_table() {
  std::string text =
      "| instruction | A12 .. A0 | number | data | meaning |\n|---|---|---|---|---|\n";
  for (const InstructionForm& form : instruction_forms()) {
    text += fmt::format("| `{}` | `{}` | {}{} | {} | {} |\n", syntax_text(form), layout_text(form),
                        form.number, form.printed ? ", printed" : "", data_text(form.data),
                        form.meaning);
  }
  return text;
}

}  // namespace lacuna::enmc
