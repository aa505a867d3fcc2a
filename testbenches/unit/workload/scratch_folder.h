// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "core/files.h"
#include "core/tensor.h"

/// A folder of this process that disappears with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    static std::atomic<int> number{0};
    root_ = std::filesystem::temp_directory_path() /
            ("lacuna_workload_" + std::to_string(::getpid()) + "_" + std::to_string(number++));
    std::filesystem::create_directories(root_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string path(const std::string& name) const { return (root_ / name).string(); }
  void make_folder(const std::string& name) const {
    std::filesystem::create_directories(root_ / name);
  }
  void write(const std::string& name, const std::string& content) const {
    lacuna::write_file(path(name), content);
  }
  void save(const std::string& name, const lacuna::Tensor& tensor) const {
    lacuna::save_npy(path(name), tensor);
  }

 private:
  std::filesystem::path root_;
};
