// SPDX-License-Identifier: Apache-2.0
//
// The trim-and-round unit in SystemVerilog, in all formats, with all pairs of inputs: lanes, ShiftCtrl and MuxCtrl are those of the
// encoder of files, and values those of the authors' kernels.
#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sparse/sparq_pair.h"

#ifdef LACUNA_HAVE_RTL
#include "Vsparq_trim_unit_2x7.h"
#include "Vsparq_trim_unit_3x6.h"
#include "Vsparq_trim_unit_4x2.h"
#include "Vsparq_trim_unit_4x3.h"
#include "Vsparq_trim_unit_4x5.h"

namespace lacuna::sparq::test {
namespace {

using sparse::SparqFormat;
using sparse::SparqLane;
using sparse::SparqPair;
using sparse::SparqRounding;

constexpr unsigned values = 256;

/// What the unit makes of a pair.
template <class Model>
SparqPair trimmed(Model& unit, unsigned first, unsigned second, const SparqFormat& format) {
  unit.pair = static_cast<SData>(first | second << 8);
  unit.round = format.rounding == SparqRounding::round ? 1 : 0;
  unit.eval();
  SparqPair pair;
  for (unsigned lane = 0; lane < 2; ++lane) {
    const unsigned placement = unit.shift_control >> (lane * format.shift_control_bits()) &
                               ((1U << format.shift_control_bits()) - 1);
    REQUIRE(placement < format.placements);
    const bool other = (unit.mux_control >> lane & 1U) != 0;
    pair[lane] = {
        static_cast<std::uint8_t>(unit.lanes >> (lane * format.bits) & ((1U << format.bits) - 1)),
        format.shifts().data()[placement], static_cast<std::uint8_t>(other ? 1 - lane : lane)};
  }
  return pair;
}

bool equal(const SparqPair& a, const SparqPair& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](const SparqLane& x, const SparqLane& y) {
    return x.bits == y.bits && x.shift == y.shift && x.weight == y.weight;
  });
}

std::vector<unsigned> table(unsigned bits, unsigned placements, SparqRounding rounding) {
  static const auto json = nlohmann::json::parse(
      std::ifstream(LACUNA_SOURCE_DIR "/testbenches/data/sparq/expected.json"));
  return json.at("tables")
      .at("w" + std::to_string(bits) + "_" + std::to_string(placements) + "opt_" +
          (rounding == SparqRounding::round ? "round" : "trim"))
      .get<std::vector<unsigned>>();
}

template <class Model>
void check_unit(unsigned bits, unsigned placements) {
  VerilatedContext context;
  Model unit(&context);
  for (const SparqRounding rounding : {SparqRounding::trim, SparqRounding::round}) {
    const SparqFormat format = {bits, placements, rounding};
    CAPTURE(sparse::name_of(format));
    unsigned different = 0;
    for (unsigned first = 0; first < values; ++first) {
      for (unsigned second = 0; second < values; ++second) {
        const SparqPair expected = sparse::encode_pair(static_cast<std::uint8_t>(first),
                                                       static_cast<std::uint8_t>(second), format);
        different += equal(trimmed(unit, first, second, format), expected) ? 0 : 1;
      }
    }
    CHECK(different == 0);

    // One beside another, and one alone in twice the bits: of 8 none is lost.
    const std::vector<unsigned> narrow = table(bits, placements, rounding);
    const std::vector<unsigned> wide =
        bits == 4 ? narrow : table(2 * bits, 8 - 2 * bits + 1, rounding);
    unsigned wrong = 0;
    for (unsigned value = 1; value < values; ++value) {
      const auto beside = sparse::decode_pair(trimmed(unit, value, 1, format));
      const auto alone = sparse::decode_pair(trimmed(unit, 0, value, format));
      wrong += beside[0] == narrow[value] ? 0 : 1;
      wrong += alone[1] == (bits == 4 ? value : wide[value]) ? 0 : 1;
    }
    CHECK(wrong == 0);
  }
}

}  // namespace

TEST_CASE(
    "the trimming unit in SystemVerilog is the encoder of files, for all pairs in all formats") {
  check_unit<Vsparq_trim_unit_4x5>(4, 5);
  check_unit<Vsparq_trim_unit_4x3>(4, 3);
  check_unit<Vsparq_trim_unit_4x2>(4, 2);
  check_unit<Vsparq_trim_unit_3x6>(3, 6);
  check_unit<Vsparq_trim_unit_2x7>(2, 7);
}

}  // namespace lacuna::sparq::test

#else

TEST_CASE(
    "the trimming unit in SystemVerilog is the encoder of files, for all pairs in all formats") {
  WARN("skipped: built without Verilator");
}

#endif
