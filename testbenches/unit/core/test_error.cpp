// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/error.h"

using namespace lacuna;

TEST_CASE("a place names as much as is known of it") {
  CHECK(Place{"p.yaml", 3, 7, {}}.text() == "p.yaml:3:7");
  CHECK(Place{"p.yaml", 3, 0, {}}.text() == "p.yaml:3");
  CHECK(Place{"p.yaml", 0, 0, {}}.text() == "p.yaml");
  CHECK(Place{"w.npy", 0, 0, 8}.text() == "w.npy: byte 8");
  CHECK(Place{"", 3, 7, {}}.text() == "line 3:7");
  CHECK(Place{"", 0, 0, 0}.text() == "byte 0");
  CHECK(Place{}.text().empty());
}

TEST_CASE("a diagnostic leaves out what it does not know") {
  CHECK(Diagnostic{{"p.yaml", 3, 7, {}}, "a.b", "wrong"}.text() == "p.yaml:3:7: a.b: wrong");
  CHECK(Diagnostic{{"p.yaml", 3, 7, {}}, "", "wrong"}.text() == "p.yaml:3:7: wrong");
  CHECK(Diagnostic{{}, "a.b", "wrong"}.text() == "a.b: wrong");
  CHECK(Diagnostic{{}, "", "wrong"}.text() == "wrong");
}

TEST_CASE("an error carries all diagnostics, and the exit status as its fault") {
  Diagnostics diagnostics;
  CHECK_NOTHROW(diagnostics.throw_if_any());
  diagnostics.add({"p.yaml", 1, 2, {}}, "a", "first");
  diagnostics.add({"p.yaml", 3, 4, {}}, "b", "second");
  try {
    diagnostics.throw_if_any();
    FAIL("two diagnostics were collected");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::bad_input);
    CHECK(static_cast<int>(error.fault()) == 2);
    CHECK(error.diagnostics().size() == 2);
    CHECK(std::string(error.what()) == "p.yaml:1:2: a: first\np.yaml:3:4: b: second");
  }
  CHECK(static_cast<int>(model_error("stuck").fault()) == 3);
  CHECK(std::string(model_error("stuck").what()) == "stuck");
}

TEST_CASE("the nearest name is found through one or two slips") {
  const std::vector<std::string> names = {"rows", "columns", "clock", "weight_buffer", "lanes"};
  CHECK(nearest_name("rowz", names) == "rows");        // substituted
  CHECK(nearest_name("row", names) == "rows");         // missing
  CHECK(nearest_name("rrows", names) == "rows");       // doubled
  CHECK(nearest_name("rwos", names) == "rows");        // swapped: one slip, not two
  CHECK(nearest_name("Clock", names) == "clock");      // case alone is no distance
  CHECK(nearest_name("colunms", names) == "columns");  // swapped in a longer name
  CHECK(nearest_name("wieght_bufer", names) == "weight_buffer");
  CHECK(suggestion("rowz", names) == ", did you mean 'rows'?");
}

TEST_CASE("a name that is far from all others gets no suggestion") {
  const std::vector<std::string> names = {"rows", "columns", "io", ""};
  CHECK_FALSE(nearest_name("frequency", names));
  CHECK_FALSE(nearest_name("ab", names));
  CHECK_FALSE(nearest_name("x", names));
  CHECK_FALSE(nearest_name("", names));
  CHECK_FALSE(nearest_name("rows", {}));
  CHECK_FALSE(nearest_name(std::string(1000000, 'r'), names));
  CHECK(suggestion("frequency", names).empty());
}

TEST_CASE("of several candidates the closest is suggested, of equals the first") {
  CHECK(nearest_name("stride_heigth", {"stride_width", "stride_height"}) == "stride_height");
  CHECK(nearest_name("lane", {"lanes", "lanx"}) == "lanes");
}

TEST_CASE("user text in messages is escaped and shortened") {
  CHECK(in_quotes("rows") == "'rows'");
  CHECK(in_quotes("") == "''");
  CHECK(in_quotes("a\nb\tc") == "'a\\nb\\tc'");
  CHECK(in_quotes(std::string("\0\x1b\x7f", 3)) == "'\\x00\\x1b\\x7f'");
  CHECK(in_quotes(std::string(61, 'a')) == "'" + std::string(60, 'a') + "...'");
  CHECK(in_quotes(std::string(60, 'a')) == "'" + std::string(60, 'a') + "'");
  // A character of two bytes at the cut is left out whole.
  CHECK(in_quotes(std::string(59, 'a') + "\xC3\xA9zz") == "'" + std::string(59, 'a') + "...'");
}
