// SPDX-License-Identifier: Apache-2.0
// One Catch2 runner for every testbench. SystemC's library calls sc_main and brings a main of its own;
// defining both here serves tests with and without SystemC.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

extern "C" int sc_main(int, char**) {
  return 0;
}

int main(int argc, char** argv) {
  return Catch::Session().run(argc, argv);
}
