// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/span.h"
#include "platform/platform_file.h"

namespace lacuna::platform {

/// One run of this program in a process of its own: SystemC elaborates once per process.
struct ChildRun {
  std::vector<std::string> arguments;  ///< without the program's name
  int status = -1;                     ///< exit status, or 3 when a signal ended it
  std::string errors;                  ///< what it wrote to stderr
};

/// Appends "--set path=value" for each.
void add_overrides(std::vector<std::string>& arguments, const std::vector<Override>& overrides);

/// Runs all, at most `jobs` at once. `finished` is called with the number of runs done so far.
void run_children(Span<ChildRun> runs, unsigned jobs,
                  const std::function<void(std::size_t)>& finished = {});

}  // namespace lacuna::platform
