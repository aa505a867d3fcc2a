// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

#include "core/number_text.h"

using namespace lacuna;

TEST_CASE("a number is the whole of a text") {
  CHECK(whole_number<unsigned>("0") == 0U);
  CHECK(whole_number<int>("-12") == -12);
  CHECK(whole_number<double>("2.5e3") == 2500.0);
  CHECK(whole_number<std::uint64_t>("18446744073709551615") ==
        std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "0x1", "1.5", "-", "ten"}) {
    CAPTURE(text);
    CHECK_FALSE(whole_number<int>(text));
  }
  CHECK_FALSE(whole_number<unsigned>("-1"));
  CHECK_FALSE(whole_number<std::uint8_t>("256"));
  CHECK_FALSE(whole_number<std::uint64_t>("18446744073709551616"));
}

TEST_CASE("a real number is finite") {
  for (const char* text : {"inf", "-inf", "nan", "infinity", "1e999", ""}) {
    CAPTURE(text);
    CHECK_FALSE(whole_number<double>(text));
  }
}

TEST_CASE("hexadecimal numbers have a prefix") {
  CHECK(whole_number_or_hexadecimal<unsigned>("10") == 10U);
  CHECK(whole_number_or_hexadecimal<unsigned>("0x10") == 16U);
  CHECK(whole_number_or_hexadecimal<unsigned>("0Xff") == 255U);
  CHECK(whole_number_or_hexadecimal<std::uint64_t>("0xffffffffffffffff") ==
        std::numeric_limits<std::uint64_t>::max());
  for (const char* text :
       {"", "0x", "x1", "0x0x1", "0x-1", "-0x1", "ff", "0xg", "0x1 ", "0x10000000000000000"}) {
    CAPTURE(text);
    CHECK_FALSE(whole_number_or_hexadecimal<std::uint64_t>(text));
  }
}
