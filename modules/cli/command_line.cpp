// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "core/error.h"
#include "core/version.h"

namespace lacuna::cli {

namespace {

constexpr const char* footer = R"(Exit status:
  0  done, and every result verified
  1  ran, but a result is wrong
  2  the input is wrong (message with file:line:column)
  3  the model got stuck, or an invariant broke

Examples:
  lacuna run platforms/bitvert.yaml --workload workloads/resnet50.yaml --out out
  lacuna compare platforms/bitvert.yaml platforms/stripes.yaml --workload workloads/vgg16.yaml
  lacuna describe bitvert
)";

int usage_error(CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    return program.exit(error);
  }
  std::fprintf(stderr, "lacuna: %s\nTry 'lacuna --help' or 'lacuna COMMAND --help'.\n",
               error.what());
  return static_cast<int>(Fault::bad_input);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  // SystemC prints its banner before main otherwise has a say; results on stdout and errors on stderr are all that belongs there.
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  CLI::App program("Lacuna: assemble, run and compare sparse DNN accelerators", "lacuna");
  program.set_version_flag("--version", std::string("lacuna ") + version);
  program.require_subcommand(1);
  program.footer(footer);
  Command chosen;
  add_run_command(program, chosen);
  add_compare_command(program, chosen);
  add_reproduce_command(program, chosen);
  add_compress_command(program, chosen);
  add_assemble_command(program, chosen);
  add_screen_command(program, chosen);
  add_check_command(program, chosen);
  add_describe_command(program, chosen);
  try {
    program.parse(argc, argv);
    return chosen();
  } catch (const CLI::ParseError& error) {
    return usage_error(program, error);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.fault());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "lacuna: out of memory\n");
    return static_cast<int>(Fault::stuck);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lacuna: internal error: %s\n", error.what());
    return static_cast<int>(Fault::stuck);
  }
}

}  // namespace lacuna::cli
