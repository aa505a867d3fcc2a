// SPDX-License-Identifier: Apache-2.0
#include "enmc/assembler.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "core/error.h"
#include "core/number_text.h"
#include "memory/dram_instruction_window.h"

namespace lacuna::enmc {

namespace {

/// A piece of a line, and its column from 1.
struct Word {
  std::string text;
  std::size_t column = 0;
};

bool is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

std::string without_comment(const std::string& line) {
  return line.substr(0, std::min(line.find('#'), line.find("//")));
}

/// From `begin` up to `end` without the blanks around.
Word trimmed(const std::string& line, std::size_t begin, std::size_t end) {
  while (begin < end && is_blank(line[begin])) {
    ++begin;
  }
  while (end > begin && is_blank(line[end - 1])) {
    --end;
  }
  return {line.substr(begin, end - begin), begin + 1};
}

/// One line of a program while it is read.
class Line {
 public:
  Line(const std::string& text, std::string file, std::size_t number, Diagnostics& diagnostics)
      : text_(without_comment(text)),
        file_(std::move(file)),
        number_(number),
        diagnostics_(diagnostics) {
    const Word all = trimmed(text_, 0, text_.size());
    const std::size_t begin = all.column - 1;
    std::size_t end = begin;
    while (end < text_.size() && !is_blank(text_[end]) && text_[end] != ',') {
      ++end;
    }
    mnemonic_ = {text_.substr(begin, end - begin), all.column};
    split_operands(end);
  }

  bool empty() const { return mnemonic_.text.empty(); }
  const Word& mnemonic() const { return mnemonic_; }
  const std::vector<Word>& operands() const { return operands_; }
  void wrong(const Word& word, const std::string& message) {
    ok_ = false;
    diagnostics_.add({file_, number_, word.column, {}}, "", message);
  }
  bool ok() const { return ok_; }

 private:
  void split_operands(std::size_t begin) {
    if (trimmed(text_, begin, text_.size()).text.empty()) {
      return;
    }
    for (;;) {
      const std::size_t comma = text_.find(',', begin);
      operands_.push_back(trimmed(text_, begin, std::min(comma, text_.size())));
      if (comma == std::string::npos) {
        return;
      }
      begin = comma + 1;
    }
  }

  std::string text_;
  std::string file_;
  std::size_t number_;
  Diagnostics& diagnostics_;
  Word mnemonic_;
  std::vector<Word> operands_;
  bool ok_ = true;
};

template <class Read>
std::vector<Instruction> read_lines(const std::string& text, const std::string& file, Read read) {
  std::vector<Instruction> program;
  Diagnostics diagnostics;
  std::size_t begin = 0;
  for (std::size_t number = 1; begin <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    Line line(text.substr(begin, end - begin), file, number, diagnostics);
    if (!line.empty()) {
      const Instruction instruction = read(line);
      if (line.ok()) {
        program.push_back(instruction);
      }
    }
    begin = end + 1;
  }
  diagnostics.throw_if_any();
  return program;
}

const InstructionForm* find_form(const std::string& name) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const InstructionForm& form : instruction_forms()) {
    if (form.mnemonic == upper) {
      return &form;
    }
  }
  return nullptr;
}

std::size_t names_wanted(Operands operands) {
  return operands == Operands::none ? 0 : operands == Operands::two_buffers ? 2 : 1;
}

std::uint8_t read_buffer(Line& line, const Word& word) {
  const auto id = find_buffer(word.text);
  if (!id) {
    line.wrong(word, fmt::format("no buffer is called {}{}", in_quotes(word.text),
                                 suggestion(word.text, buffer_names())));
  }
  return id.value_or(0);
}

std::uint8_t read_register(Line& line, const Word& word) {
  const auto id = find_register(word.text);
  if (!id) {
    line.wrong(word, fmt::format("no register is called {}{}", in_quotes(word.text),
                                 suggestion(word.text, register_names())));
  }
  return id.value_or(0);
}

std::optional<std::uint64_t> read_number(Line& line, const Word& word) {
  const auto value = whole_number_or_hexadecimal<std::uint64_t>(word.text);
  if (!value) {
    line.wrong(word, fmt::format("{} is no number of 64 bits; expected 4096 or 0x1000, say",
                                 in_quotes(word.text)));
  }
  return value;
}

Instruction read_instruction(Line& line) {
  Instruction instruction;
  const InstructionForm* form = find_form(line.mnemonic().text);
  if (form == nullptr) {
    line.wrong(line.mnemonic(),
               fmt::format("no instruction is called {}{}", in_quotes(line.mnemonic().text),
                           suggestion(line.mnemonic().text, mnemonics())));
    return instruction;
  }
  instruction.opcode = form->opcode;
  const auto& words = line.operands();
  const std::size_t names = names_wanted(form->operands);
  const std::size_t most =
      names + (form->data == DataUse::required || form->data == DataUse::optional);
  const std::size_t least = names + (form->data == DataUse::required);
  if (words.size() < least || words.size() > most) {
    line.wrong(line.mnemonic(), fmt::format("{} has {} operands, found {}", form->mnemonic,
                                            least == most ? std::to_string(least)
                                                          : fmt::format("{} or {}", least, most),
                                            words.size()));
    return instruction;
  }
  if (form->operands == Operands::register_id) {
    instruction.first = read_register(line, words[0]);
  } else if (names > 0) {
    instruction.first = read_buffer(line, words[0]);
  }
  if (names == 2) {
    instruction.second = read_buffer(line, words[1]);
  }
  if (words.size() > names) {
    instruction.data = read_number(line, words[names]);
  }
  if (line.ok() && !problem_of(instruction).empty()) {
    line.wrong(line.mnemonic(), problem_of(instruction));
  }
  return instruction;
}

Instruction read_words(Line& line) {
  const auto command = read_number(line, line.mnemonic());
  if (!command) {
    return {};
  }
  Decoded decoded = decode(static_cast<std::uint32_t>(std::min<std::uint64_t>(*command, ~0U)));
  if (!decoded.problem.empty()) {
    line.wrong(line.mnemonic(), decoded.problem);
    return {};
  }
  const InstructionForm& form = form_of(decoded.instruction.opcode);
  const std::size_t given = line.operands().size();
  const bool takes = form.data == DataUse::required || form.data == DataUse::optional;
  if (given > (takes ? 1U : 0U) || (given == 0 && form.data == DataUse::required)) {
    line.wrong(line.mnemonic(), fmt::format("{} {}", form.mnemonic,
                                            given == 0 ? "without its data"
                                            : takes    ? "has one word of data"
                                                       : "has no data"));
    return {};
  }
  if (given == 1) {
    decoded.instruction.data = read_number(line, line.operands()[0]);
  }
  return decoded.instruction;
}

}  // namespace

std::vector<Instruction> assemble(const std::string& text, const std::string& file) {
  return read_lines(text, file, read_instruction);
}

std::string to_text(const Instruction& instruction) {
  const InstructionForm& form = form_of(instruction.opcode);
  std::string text = form.mnemonic;
  switch (form.operands) {
    case Operands::none:
      break;
    case Operands::buffer:
      text += " " + buffer_name(instruction.first);
      break;
    case Operands::two_buffers:
      text += " " + buffer_name(instruction.first) + ", " + buffer_name(instruction.second);
      break;
    case Operands::register_id:
      text += " " + register_name(instruction.first);
      break;
  }
  return instruction.data ? text + fmt::format(", {:#x}", *instruction.data) : text;
}

std::string to_words(const std::vector<Instruction>& program) {
  std::string text;
  for (const Instruction& instruction : program) {
    text += fmt::format("{:#06x}", encode(instruction));
    text += instruction.data ? fmt::format(" {:#018x}\n", *instruction.data) : "\n";
  }
  return text;
}

std::string to_access_script(const std::vector<Instruction>& program, std::uint64_t window) {
  using Window = memory::DramInstructionWindow;
  std::string text;
  for (const Instruction& instruction : program) {
    const std::uint64_t address =
        window + (std::uint64_t{encode(instruction)} << Window::encoding_shift);
    const std::uint64_t without_data = std::uint64_t{1} << Window::without_data_bit;
    if (form_of(instruction.opcode).data == DataUse::answered) {
      text += fmt::format("poll {:#x} 0 0", address);
    } else if (instruction.data) {
      text += fmt::format("write {:#x} {:#x}", address, *instruction.data);
    } else {
      text += fmt::format("write {:#x} 0", address + without_data);
    }
    text += "  # " + to_text(instruction) + "\n";
  }
  return text;
}

std::vector<Instruction> from_words(const std::string& words, const std::string& file) {
  return read_lines(words, file, read_words);
}

}  // namespace lacuna::enmc
