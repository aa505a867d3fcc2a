// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

/// SystemC's library refers to it; the program has a main of its own, since most commands simulate nothing.
extern "C" int sc_main(int, char**) {
  return 0;
}

int main(int argc, char** argv) {
  return lacuna::cli::run_command_line(argc, argv);
}
