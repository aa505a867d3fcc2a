// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lacuna::sparse {

/// A directory that gets all its new files at once, or none. Files are written under temporary
/// names; commit() gives them their own. Without a commit, destruction removes them and the
/// directories that were made for them.
class OutputDirectory {
 public:
  /// Makes the directory where it is missing. @throws Error (bad_input) when it cannot be made
  explicit OutputDirectory(const std::string& path);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// The path under which to write the file that commit() will call `name`.
  std::string stage(const std::string& name);
  /// @throws Error (bad_input) when a file cannot get its name; those that did are removed again
  void commit();

 private:
  struct File {
    std::filesystem::path temporary;
    std::filesystem::path final;
  };

  void remove_made() const;

  std::filesystem::path path_;
  std::filesystem::path made_;  ///< outermost directory that did not exist before, or empty
  std::vector<File> files_;
  std::size_t renamed_ = 0;
  bool committed_ = false;
};

}  // namespace lacuna::sparse
