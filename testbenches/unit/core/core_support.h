// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/error.h"

namespace lacuna_test {

/// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& root() const { return root_; }
  std::string path(const std::string& name) const { return root_ + '/' + name; }
  /// Writes a file; returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::string root_;
};

/// The text of the bad-input error that an action throws, or "nothing".
template <class Action>
std::string problem_of(Action&& action) {
  try {
    action();
  } catch (const lacuna::Error& error) {
    return error.fault() == lacuna::Fault::bad_input
               ? error.what()
               : std::string("not bad input: ") + error.what();
  }
  return "nothing";
}

}  // namespace lacuna_test
