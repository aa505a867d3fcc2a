// SPDX-License-Identifier: Apache-2.0
#include "sparse/output_directory.h"

#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "core/error.h"

namespace lacuna::sparse {
namespace fs = std::filesystem;
namespace {

/// The outermost of the directories on the way that does not exist yet.
fs::path first_missing(const fs::path& path) {
  fs::path missing;
  std::error_code error;
  for (fs::path at = path; !at.empty() && !fs::exists(at, error); at = at.parent_path()) {
    missing = at;
  }
  return missing;
}

Error failure(const fs::path& path, const std::string& what, const std::error_code& error) {
  Place place;
  place.file = path.string();
  return input_error(place, fmt::format("{}: {}", what, error.message()));
}

}  // namespace

OutputDirectory::OutputDirectory(const std::string& path)
    : path_(fs::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) {
    path_ = path_.parent_path();
  }
  made_ = first_missing(path_);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error || !fs::is_directory(path_, error)) {
    remove_made();
    throw failure(path, "cannot make this directory",
                  error ? error : std::make_error_code(std::errc::not_a_directory));
  }
}

OutputDirectory::~OutputDirectory() {
  if (committed_) {
    return;
  }
  std::error_code ignored;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    fs::remove(i < renamed_ ? files_[i].final : files_[i].temporary, ignored);
  }
  remove_made();
}

void OutputDirectory::remove_made() const {
  // Only what is empty goes: somebody else may have put files into a directory that we made.
  std::error_code error;
  for (fs::path at = path_; !made_.empty(); at = at.parent_path()) {
    fs::remove(at, error);
    if (error || at == made_) {
      break;
    }
  }
}

std::string OutputDirectory::stage(const std::string& name) {
  const fs::path final = path_ / name;
  files_.push_back({path_ / fmt::format(".{}.{}.part", name, ::getpid()), final});
  std::error_code error;
  if (fs::is_directory(final, error)) {
    throw failure(final, "cannot be written", std::make_error_code(std::errc::is_a_directory));
  }
  return files_.back().temporary.string();
}

void OutputDirectory::commit() {
  for (const File& file : files_) {
    std::error_code error;
    fs::rename(file.temporary, file.final, error);
    if (error) {
      throw failure(file.final, "cannot be written", error);
    }
    ++renamed_;
  }
  committed_ = true;
}

}  // namespace lacuna::sparse
