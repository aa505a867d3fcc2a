// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace lacuna::cli {

/// One line on stderr that is rewritten as work goes on; nothing at all when stderr is not a terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::size_t done, std::size_t all, const std::string& what);

 private:
  void clear();
  bool terminal_;
  bool shown_ = false;
};

}  // namespace lacuna::cli
