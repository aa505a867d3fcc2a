// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "support/program.h"

namespace lacuna::testing {

TEST_CASE("the manual's parameter reference is what describe prints") {
  const TemporaryFolder folder;
  std::ifstream in(LACUNA_SOURCE_DIR "/doc/platform_reference.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  INFO("build/bin/lacuna describe --markdown > doc/platform_reference.md");
  CHECK(run_program({"describe", "--markdown"}, folder.path()).output == page);
}

}  // namespace lacuna::testing
