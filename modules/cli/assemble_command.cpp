// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/error.h"
#include "core/files.h"
#include "core/number_text.h"
#include "enmc/assembler.h"

namespace lacuna::cli {

namespace {

struct AssembleArguments {
  std::string file;
  std::string out;
  std::string script;  ///< address of a rank's instructions
  bool disassemble = false;
};

std::uint64_t window_of(const std::string& address) {
  const auto window = whole_number_or_hexadecimal<std::uint64_t>(address);
  if (!window) {
    throw input_error({"--script " + address, 0, 0, {}},
                      "expected an address, such as 0x400000000");
  }
  return *window;
}

int execute(const AssembleArguments& arguments) {
  const std::string text = read_file(arguments.file);
  std::string result;
  if (arguments.disassemble) {
    for (const enmc::Instruction& instruction : enmc::from_words(text, arguments.file)) {
      result += enmc::to_text(instruction) + "\n";
    }
  } else if (!arguments.script.empty()) {
    const std::uint64_t window = window_of(arguments.script);
    result = enmc::to_access_script(enmc::assemble(text, arguments.file), window);
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
  CLI::Option* disassemble =
      command->add_flag("--disassemble", arguments->disassemble, "From words to instructions");
  command
      ->add_option("--script", arguments->script,
                   "Lines of an access_script that sends them, with the address where the rank's "
                   "instructions begin: dram.instruction_window, and 1 MiB for each rank before it")
      ->excludes(disassemble);
  command->callback([arguments, &chosen] { chosen = [arguments] { return execute(*arguments); }; });
}

}  // namespace lacuna::cli
