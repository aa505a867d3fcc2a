// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include <unistd.h>
#include <verilated.h>
#if VM_COVERAGE
#include <verilated_cov.h>
#endif

namespace lacuna::cosim {

/// In a build with LACUNA_RTL_COVERAGE: what was reached of the models of this context, into a file of its own in the folder
/// that the environment variable LACUNA_RTL_COVERAGE names; verilator_coverage merges any number of them.
inline void write_coverage(VerilatedContext& context) {
#if VM_COVERAGE
  if (const char* folder = std::getenv("LACUNA_RTL_COVERAGE")) {
    const auto which = reinterpret_cast<std::uintptr_t>(&context);
    const std::string file = std::string(folder) + "/coverage-" + std::to_string(getpid()) + "-" +
                             std::to_string(which) + ".dat";
    context.coveragep()->write(file.c_str());
  }
#else
  static_cast<void>(context);
#endif
}

}  // namespace lacuna::cosim
