// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lacuna::cli {

/// The program `lacuna`: parses, runs one command, returns the exit status (0 done and verified, 1 a result is wrong,
/// 2 the input is wrong, 3 the model got stuck or an invariant broke).
int run_command_line(int argc, char** argv);

}  // namespace lacuna::cli
