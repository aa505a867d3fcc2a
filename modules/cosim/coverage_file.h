// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <unistd.h>
#include <verilated.h>
#if VM_COVERAGE
#include <verilated_cov.h>
#endif

#include "core/error.h"

namespace lacuna::cosim {

/// In a build with LACUNA_RTL_COVERAGE: the folder that the environment variable of that name asks coverage to be written to, which is
/// made if need be; otherwise nothing. @throws Error (bad_input) when there can be no such folder
inline std::string coverage_folder() {
#if VM_COVERAGE
  if (const char* folder = std::getenv("LACUNA_RTL_COVERAGE")) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (!std::filesystem::is_directory(folder, failed)) {
      Place place;
      place.file = std::string("LACUNA_RTL_COVERAGE=") + folder;
      throw input_error(place, "no such folder, and none can be made");
    }
    return folder;
  }
#endif
  return {};
}

/// What was reached of the models of this context, into a file of its own; verilator_coverage merges any number of them.
inline void write_coverage(VerilatedContext& context, const std::string& folder) {
#if VM_COVERAGE
  if (!folder.empty()) {
    const auto which = reinterpret_cast<std::uintptr_t>(&context);
    const std::string file =
        folder + "/coverage-" + std::to_string(getpid()) + "-" + std::to_string(which) + ".dat";
    context.coveragep()->write(file.c_str());
  }
#else
  static_cast<void>(context);
  static_cast<void>(folder);
#endif
}

}  // namespace lacuna::cosim
