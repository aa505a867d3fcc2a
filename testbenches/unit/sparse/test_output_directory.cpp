// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "core/error.h"
#include "core/files.h"
#include "sparse/output_directory.h"

using namespace lacuna;
using namespace lacuna::sparse;
namespace fs = std::filesystem;

namespace {

/// An empty folder that goes with the test.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "lacuna-output-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Scratch() { fs::remove_all(path); }

  fs::path path;
};

}  // namespace

TEST_CASE("without a commit, files and the directories made for them are gone") {
  const Scratch scratch;
  {
    OutputDirectory out((scratch.path / "a/b/").string());
    write_file(out.stage("x"), "1");
    write_file(out.stage("y"), "2");
    CHECK(fs::is_directory(scratch.path / "a/b"));
    CHECK_FALSE(fs::exists(scratch.path / "a/b/x"));
  }
  CHECK(fs::is_empty(scratch.path));
}

TEST_CASE("a directory that was there, or that holds another's file, stays") {
  const Scratch scratch;
  fs::create_directory(scratch.path / "old");
  { OutputDirectory out((scratch.path / "old/new").string()); }
  CHECK(fs::is_empty(scratch.path / "old"));
  {
    OutputDirectory out((scratch.path / "made/inner").string());
    write_file(out.stage("x"), "1");
    write_file((scratch.path / "made/other").string(), "2");
  }
  CHECK(read_file((scratch.path / "made/other").string()) == "2");
  CHECK_FALSE(fs::exists(scratch.path / "made/inner"));
}

TEST_CASE("a commit that fails half-way takes back what it named") {
  const Scratch scratch;
  {
    OutputDirectory out((scratch.path / "out").string());
    write_file(out.stage("x"), "1");
    out.stage("never written");
    CHECK_THROWS_AS(out.commit(), Error);
  }
  CHECK(fs::is_empty(scratch.path));
}

TEST_CASE("a commit names all files") {
  const Scratch scratch;
  {
    OutputDirectory out((scratch.path / "out").string());
    write_file(out.stage("x"), "1");
    out.commit();
  }
  CHECK(read_file((scratch.path / "out/x").string()) == "1");
  CHECK(std::distance(fs::directory_iterator(scratch.path / "out"), {}) == 1);
}
