// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna::testing {

/// What a run of the program left.
struct ProgramResult {
  int status = -1;     ///< exit status; -1 when a signal ended it
  std::string output;  ///< stdout
  std::string errors;  ///< stderr
};

/// Runs the program `lacuna` (the built one) in `folder`.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder);

/// A folder that disappears with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file below the folder, making its parents.
  std::filesystem::path write(const std::string& relative_path, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace lacuna::testing
