// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <utility>

#include <unistd.h>

#include "core/error.h"
#include "platform/results.h"

namespace lacuna::platform {

namespace fs = std::filesystem;

namespace {

Error folder_error(const std::string& path, const std::string& what) {
  Place place;
  place.file = path;
  return input_error(place, what);
}

}  // namespace

ResultFolder::ResultFolder(std::string path) : path_(std::move(path)) {
  const fs::path target = fs::absolute(path_).lexically_normal();
  path_ = target.has_filename() ? target.string() : target.parent_path().string();
  if (fs::exists(path_) && !fs::is_directory(path_)) {
    throw folder_error(path_, "is a file; a result folder was expected");
  }
  const fs::path wanted(path_);
  staging_ = (wanted.parent_path() /
              ("." + wanted.filename().string() + ".partial-" + std::to_string(::getpid())))
                 .string();
  std::error_code failure;
  fs::create_directories(staging_, failure);
  if (failure) {
    throw folder_error(path_, "cannot make the result folder: " + failure.message());
  }
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  fs::remove_all(staging_, ignored);
}

void ResultFolder::write(const std::string& relative_path, const std::string& text) {
  const fs::path file = fs::path(staging_) / relative_path;
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) {
    throw folder_error((fs::path(path_) / relative_path).string(), "cannot write");
  }
}

void ResultFolder::write(const std::string& relative_path, const Tensor& tensor) {
  const fs::path file = fs::path(staging_) / relative_path;
  fs::create_directories(file.parent_path());
  save_npy(file.string(), tensor);
}

void ResultFolder::commit() {
  std::error_code failure;
  fs::create_directories(path_, failure);
  for (const auto& item : fs::directory_iterator(staging_)) {
    const fs::path destination = fs::path(path_) / item.path().filename();
    fs::remove_all(destination, failure);
    fs::rename(item.path(), destination, failure);
    if (failure) {
      throw folder_error(destination.string(), "cannot write: " + failure.message());
    }
  }
  fs::remove_all(staging_, failure);
}

}  // namespace lacuna::platform
