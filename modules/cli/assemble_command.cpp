// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/files.h"
#include "enmc/assembler.h"

namespace lacuna::cli {

namespace {

struct AssembleArguments {
  std::string file;
  std::string out;
  bool disassemble = false;
};

int execute(const AssembleArguments& arguments) {
  const std::string text = read_file(arguments.file);
  std::string result;
  if (arguments.disassemble) {
    for (const enmc::Instruction& instruction : enmc::from_words(text, arguments.file)) {
      result += enmc::to_text(instruction) + "\n";
    }
  } else {
    result = enmc::to_words(enmc::assemble(text, arguments.file));
  }
  if (arguments.out.empty()) {
    std::fputs(result.c_str(), stdout);
  } else {
    write_file(arguments.out, result);
  }
  return 0;
}

}  // namespace

void add_assemble_command(CLI::App& program, Command& chosen) {
  auto arguments = std::make_shared<AssembleArguments>();
  CLI::App* assemble = program.add_subcommand("asm", "Assemble and disassemble instructions");
  assemble->require_subcommand(1);
  CLI::App* command =
      assemble->add_subcommand("enmc", "Instructions of an ENMC DIMM (doc/enmc_isa.md)");
  command->add_option("file", arguments->file, "Program, or words with --disassemble")->required();
  command->add_option("--out", arguments->out, "File for the result instead of standard output");
  command->add_flag("--disassemble", arguments->disassemble, "From words to instructions");
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
