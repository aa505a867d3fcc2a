// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/files.h"
#include "core_support.h"

using namespace lacuna;
using lacuna_test::problem_of;
using lacuna_test::TemporaryFolder;

TEST_CASE("a file is read back as it was written, and no other file is left") {
  const TemporaryFolder folder;
  const std::string path = folder.path("data");
  const std::string content("a\0b\r\n\xff", 6);
  write_file(path, content);
  CHECK(read_file(path) == content);
  write_file(path, "");
  CHECK(read_file(path).empty());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.root()), {}) == 1);
}

TEST_CASE("what cannot be read says why, and names the file") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing");
  CHECK(problem_of([&] { read_file(missing); }) ==
        missing + ": cannot open: No such file or directory");
  CHECK(problem_of([&] { read_file(folder.root()); }) ==
        folder.root() + ": is a directory, expected a file");
  CHECK(problem_of([&] { read_file("/dev/zero"); }) == "/dev/zero: is not a regular file");
  const std::string pipe = folder.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(problem_of([&] { read_file(pipe); }) == pipe + ": is not a regular file");
  const std::string large = folder.path("large");
  write_file(large, "12345");
  CHECK(problem_of([&] { read_file(large, 4); }) ==
        large + ": is too large: 5 bytes, at most 4 are accepted");
  CHECK(read_file(large, 5) == "12345");
  // A name that C would cut at its NUL must not open another file.
  CHECK(problem_of([&] { read_file(large + std::string("\0.yaml", 6)); }) != "nothing");
}

TEST_CASE("an unreadable file is an error") {
  const TemporaryFolder folder;
  const std::string path = folder.path("secret");
  write_file(path, "x");
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  if (::geteuid() != 0) {  // root reads everything
    CHECK(problem_of([&] { read_file(path); }) == path + ": cannot open: Permission denied");
  }
}

TEST_CASE("a file that cannot be written leaves nothing behind") {
  const TemporaryFolder folder;
  const std::string path = folder.path("no/such/folder");
  CHECK(problem_of([&] { write_file(path, "x"); }) ==
        path + ": cannot write: No such file or directory");
  // The temporary file can be written, but not take the name of a folder.
  const std::string taken = folder.path("taken");
  std::filesystem::create_directory(taken);
  CHECK(problem_of([&] { write_file(taken, "x"); }) == taken + ": cannot write: Is a directory");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.root()), {}) == 1);
}
