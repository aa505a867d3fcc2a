// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace lacuna::cli {

/// A command to run once the command line is parsed; returns the exit status.
using Command = std::function<int()>;

/// Each adds its subcommand to the program; `chosen` is set when the user asked for it.
void add_run_command(CLI::App& program, Command& chosen);
void add_compare_command(CLI::App& program, Command& chosen);
void add_reproduce_command(CLI::App& program, Command& chosen);
void add_compress_command(CLI::App& program, Command& chosen);
void add_compress_sparq(CLI::App& parent, Command& chosen);  ///< of compress
void add_compress_ant(CLI::App& parent, Command& chosen);    ///< the same
void add_assemble_command(CLI::App& program, Command& chosen);
void add_check_command(CLI::App& program, Command& chosen);
void add_screen_command(CLI::App& program, Command& chosen);
void add_describe_command(CLI::App& program, Command& chosen);

}  // namespace lacuna::cli
