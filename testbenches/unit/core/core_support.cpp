// SPDX-License-Identifier: Apache-2.0
#include "core_support.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace lacuna_test {

TemporaryFolder::TemporaryFolder() {
  root_ = (std::filesystem::temp_directory_path() / "lacuna-core-XXXXXX").string();
  if (::mkdtemp(root_.data()) == nullptr) {
    throw std::runtime_error("cannot make a temporary folder");
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << content;
  return path(name);
}

}  // namespace lacuna_test
