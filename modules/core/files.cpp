// SPDX-License-Identifier: Apache-2.0
#include "core/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"

namespace lacuna {
inline namespace core {
namespace {

/// Closes on every way out.
class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int number() const { return number_; }
  /// Closing may report that buffered data was lost.
  bool close() {
    const int result = ::close(number_);
    number_ = -1;
    return result == 0;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& path, const std::string& doing, int error) {
  throw input_error({path, 0, 0, {}}, "cannot " + doing + ": " + std::strerror(error));
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string read_file(const std::string& path, std::uint64_t most) {
  if (path.find('\0') != std::string::npos) {
    fail(path, "open", ENOENT);
  }
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
    fail(path, "open", errno);
  }
  if (S_ISDIR(status.st_mode)) {
    throw input_error({path, 0, 0, {}}, "is a directory, expected a file");
  }
  if (!S_ISREG(status.st_mode)) {
    throw input_error({path, 0, 0, {}}, "is not a regular file");
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > most) {
    throw input_error({path, 0, 0, {}}, "is too large: " + std::to_string(size) +
                                            " bytes, at most " + std::to_string(most) +
                                            " are accepted");
  }
  std::string content(size, '\0');
  std::size_t length = 0;
  while (length < content.size()) {
    const ssize_t count = ::read(file.number(), &content[length], content.size() - length);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      fail(path, "read", errno);
    }
    if (count == 0) {
      break;
    }
    length += static_cast<std::size_t>(count);
  }
  content.resize(length);
  return content;
}

void write_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + '.' + std::to_string(::getpid()) + ".tmp";
  FileDescriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (file.number() < 0) {
    fail(path, "write", errno);
  }
  const bool written = write_all(file.number(), content);
  const int write_error = errno;
  const bool closed = file.close();
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = written ? errno : write_error;
    ::unlink(temporary.c_str());
    fail(path, "write", error);
  }
}

std::string path_beside(const std::string& path, const Place& place) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  // A place may be an option of the command line instead of a file.
  const fs::path folder = fs::is_regular_file(place.file, ignored)
                              ? fs::absolute(place.file, ignored).parent_path()
                              : fs::current_path(ignored);
  return (folder / path).lexically_normal().string();
}

}  // namespace core
}  // namespace lacuna
