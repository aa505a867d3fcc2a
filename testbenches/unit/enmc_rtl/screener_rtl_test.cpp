// SPDX-License-Identifier: Apache-2.0
//
// The Screener's slice in SystemVerilog equals the model that computes a block at once, in bits and clocks.
#include "enmc/screener_rtl.h"

#include <algorithm>
#include <cstring>
#include <iostream>
#include <iterator>
#include <map>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "enmc/rank_timing.h"
#include "enmc/screener_fast.h"
#include "enmc/screener_lockstep.h"
#include "unit/enmc_rtl/screened_block.h"

namespace lacuna::enmc {

#ifdef LACUNA_HAVE_RTL
// Slices with a defect (CMakeLists.txt).
engine::RtlRows<ScreenerSlice> make_enmc_screener_unsigned(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_padded(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_narrow(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_inclusive(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_forgetful(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_slow(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_overrun(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_deaf(std::size_t slices);
engine::RtlRows<ScreenerSlice> make_enmc_screener_hasty(std::size_t slices);
#endif

namespace test {
namespace {

bool without_screener_rtl() {
  if (ScreenerSlice::built().empty()) {
    WARN("skipped: built without Verilator");
  }
  return ScreenerSlice::built().empty();
}

RankParams built_params(std::size_t number) {
  RankParams params;
  const engine::RtlParameters& parameters = ScreenerSlice::built()[number].parameters;
  params.int4_macs = parameters[0].value;
  params.comparators = parameters[1].value;
  return params;
}

RankParams small_params() {
  RankParams params;
  params.int4_macs = 16;
  params.comparators = 8;
  return params;
}

RankParams elastic_params(RankParams params, std::uint32_t throttle, std::uint64_t seed) {
  params.screener.lockstep.contract = engine::LockstepContract::elastic;
  params.screener.lockstep.throttle = throttle;
  params.screener.lockstep.seed = seed;
  return params;
}

std::uint64_t clocks_of(const ScreenedOutcome& outcome) {
  std::uint64_t clocks = 0;
  for (const std::uint64_t load : outcome.multiplied) {
    clocks += load;
  }
  for (const auto& context : outcome.contexts) {
    clocks += context.clocks.back();
  }
  return clocks;
}

/// A body with a defect: it changes one sum, or takes a clock more.
class FaultyScreener final : public ScreenerBody {
 public:
  enum class Defect { none, sum, index, multiply, filter };
  FaultyScreener(const RankParams& params, Defect defect) : body_(params), defect_(defect) {}

  void load_features(const ScreenerBlock& block, Span<const std::uint8_t> features) override {
    body_.load_features(block, features);
  }
  void load_biases(const ScreenerBlock& block, Span<const std::int32_t> biases) override {
    body_.load_biases(block, biases);
  }
  std::uint64_t multiply(const ScreenerBlock& block, Span<const std::uint8_t> weights) override {
    return body_.multiply(block, weights) + (defect_ == Defect::multiply ? 1 : 0);
  }
  FilteredBlock filter(const ScreenerBlock& block, std::uint32_t context) override {
    FilteredBlock filtered = body_.filter(block, context);
    sums_.clear();
    std::copy(filtered.sums.begin(), filtered.sums.end(), std::back_inserter(sums_));
    sums_.back() += defect_ == Defect::sum ? 1 : 0;
    filtered.sums = sums_;
    passed_.assign(filtered.passed.begin(), filtered.passed.end());
    if (defect_ == Defect::index && !passed_.empty()) {
      passed_.pop_back();
    }
    filtered.passed = passed_;
    filtered.clocks += defect_ == Defect::filter ? 1 : 0;
    return filtered;
  }
  void throttle(unsigned percent, std::uint64_t seed) override { body_.throttle(percent, seed); }

 private:
  FastScreener body_;
  Defect defect_;
  std::vector<std::int32_t> sums_;
  std::vector<PassedRow> passed_;
};

/// What lockstep says of a body with a defect on random blocks; nothing when it finds none.
template <class Make>
std::string found(Make make, const RankParams& params) {
  RandomBits random(12);
  LockstepScreener both("screener", params, std::make_unique<FastScreener>(params), make());
  for (int blocks = 0; blocks < 60; ++blocks) {
    try {
      screened(both, random_block(random));
    } catch (const Error& error) {
      return error.what();
    }
  }
  return "";
}

}  // namespace

TEST_CASE("the Screener in SystemVerilog and the fast one agree on random blocks") {
  if (without_screener_rtl()) {
    return;
  }
  std::map<std::string, int> blocks;
  for (std::size_t built = 0; built < ScreenerSlice::built().size(); ++built) {
    const RankParams params = built_params(built);
    RandomBits random(4714 + built);
    RtlScreener rtl(params);
    FastScreener fast(params);
    for (int repetition = 0; repetition < 200; ++repetition) {
      const ScreenedBlock what = random_block(random);
      const ScreenerBlock& block = what.block;
      INFO(params.int4_macs << " multipliers, block " << repetition << ": " << block.rows
                            << " rows of " << block.length << ", " << block.contexts
                            << " contexts, loads of " << what.load);
      const ScreenedOutcome outcome = screened(rtl, what);
      const ScreenedOutcome expected = screened(fast, what);
      REQUIRE(wrong_sums(what, outcome) == "");
      REQUIRE(outcome.multiplied == expected.multiplied);
      REQUIRE(outcome.contexts == expected.contexts);
      const std::uint32_t values = 2 * block.row_bytes();
      ++blocks[std::to_string(params.int4_macs) + " multipliers"];
      blocks["odd length"] += static_cast<int>(block.length % 2);
      blocks["several contexts"] += block.contexts > 1;
      blocks["more than two rows in a slice"] += 2 * values < params.int4_macs;
      blocks["rows end anywhere in a slice"] +=
          values > params.int4_macs && values % params.int4_macs != 0;
      blocks["several loads, rows cut by them"] +=
          outcome.multiplied.size() > 1 && what.load % block.row_bytes() != 0;
      blocks["all pass"] += outcome.contexts[0].rows.size() == block.rows;
      blocks["none passes"] += outcome.contexts[0].rows.empty();
      blocks["several groups of comparators"] += outcome.contexts[0].compared.size() > 1;
    }
  }
  for (const auto& [stratum, count] : blocks) {
    std::cout << "  " << stratum << ": " << count << " blocks\n";
    CHECK(count > 10);
  }
  CHECK(blocks.size() == 8 + ScreenerSlice::built().size());
}

TEST_CASE("extreme values overflow nothing in the Screener") {
  if (without_screener_rtl()) {
    return;
  }
  const RankParams params = built_params(0);
  RtlScreener rtl(params);
  RandomBits random(8);
  for (const std::uint8_t weight : {0x88, 0x77}) {
    for (const std::uint8_t feature : {0x88, 0x77}) {
      for (const std::int32_t bias : {1 << 30, -(1 << 30), 0}) {
        ScreenedBlock what = random_block(random);
        what.block.length = 512;
        what.block.contexts = 1;
        what.block.rows = 64;
        what.block.threshold = bias;
        what.features.assign(256, feature);
        what.weights.assign(64 * 256, weight);
        what.biases.assign(64, bias);
        const ScreenedOutcome outcome = screened(rtl, what);
        REQUIRE(wrong_sums(what, outcome) == "");
        CHECK(outcome.contexts[0].rows.size() == (weight == feature ? 64 : 0));
        CHECK(clocks_of(outcome) == 64 * 512 / params.int4_macs + 64 / params.comparators +
                                        outcome.contexts[0].rows.size());
      }
    }
  }
}

TEST_CASE("a block fed without a gap takes the clocks of its steps") {
  if (without_screener_rtl()) {
    return;
  }
  for (std::size_t built = 0; built < ScreenerSlice::built().size(); ++built) {
    const RankParams params = built_params(built);
    const engine::RtlRows<ScreenerSlice> slices = ScreenerSlice::built()[built].make(1, nullptr);
    ScreenerSlice& slice = *slices.rows.front();
    slice.reset();
    RandomBits random(31 + built);
    for (int repetition = 0; repetition < 20; ++repetition) {
      ScreenedBlock what = random_block(random);
      what.load = what.weights.size();
      FastScreener fast(params);
      const std::uint64_t expected = clocks_of(screened(fast, what));
      std::vector<std::uint8_t> biases(4 * what.biases.size());
      std::memcpy(biases.data(), what.biases.data(), biases.size());
      slice.configure(what.block);
      const std::pair<ScreenerBeat::Kind, Span<const std::uint8_t>> loads[] = {
          {ScreenerBeat::Kind::features, what.features},
          {ScreenerBeat::Kind::biases, biases},
          {ScreenerBeat::Kind::weights, what.weights}};
      std::vector<ScreenerBeat> beats;
      for (const auto& [kind, data] : loads) {
        for (std::size_t at = 0; at < data.size(); at += ScreenerBeat::most_bytes) {
          const std::size_t size = std::min(ScreenerBeat::most_bytes, data.size() - at);
          beats.push_back({kind, at == 0, data.subspan(at, size)});
        }
      }
      beats.push_back({});
      std::size_t next = 0;
      std::uint64_t clocks = 0;
      for (std::uint32_t ended = 0; ended < what.block.contexts;) {
        slice.drive(next < beats.size() ? &beats[next] : nullptr, true, true);
        const ScreenerStatus status = slice.status();
        const bool begun = next > 0 && (next == beats.size() ||
                                        beats[next - 1].kind == ScreenerBeat::Kind::weights);
        clocks += begun ? 1 : 0;
        ended += status.filtered ? 1 : 0;
        next += next < beats.size() && status.in_ready ? 1 : 0;
        slice.clock();
        REQUIRE(clocks <= expected + 1000);
      }
      CHECK(clocks == expected);
    }
  }
}

TEST_CASE("throttled handshakes cost both bodies of the Screener the same time, and no sum") {
  if (without_screener_rtl()) {
    return;
  }
  for (std::size_t built = 0; built < ScreenerSlice::built().size(); ++built) {
    RandomBits random(5 + built);
    for (unsigned repetition = 0; repetition < 40; ++repetition) {
      const ScreenedBlock what = random_block(random);
      const RankParams params =
          elastic_params(built_params(built), 20 + 2 * (repetition % 30), repetition);
      LockstepScreener both("screener", params, std::make_unique<FastScreener>(params),
                            std::make_unique<RtlScreener>(params));
      const ScreenedOutcome throttled = screened(both, what);
      FastScreener free(params);
      const ScreenedOutcome expected = screened(free, what);
      CHECK(wrong_sums(what, throttled) == "");
      for (std::uint32_t context = 0; context < what.block.contexts; ++context) {
        CHECK(throttled.contexts[context].sums == expected.contexts[context].sums);
        CHECK(throttled.contexts[context].rows == expected.contexts[context].rows);
      }
      CHECK(clocks_of(throttled) >= clocks_of(expected));
    }
  }
}

TEST_CASE("a Screener with a wrong sum, an index or a clock too many or too few is found") {
  using Defect = FaultyScreener::Defect;
  const RankParams params = small_params();
  const auto said = [&](Defect defect, const RankParams& with) {
    return found([&] { return std::make_unique<FaultyScreener>(with, defect); }, with);
  };
  CHECK(said(Defect::none, params) == "");
  CHECK(said(Defect::none, elastic_params(params, 50, 3)) == "");
  CHECK_THAT(said(Defect::sum, params),
             Catch::Contains("screener: bodies in lockstep differ in block 0") &&
                 Catch::Contains("expected") && Catch::Contains("in clock"));
  CHECK_THAT(said(Defect::index, params), Catch::Contains("indices in"));
  CHECK_THAT(said(Defect::multiply, params), Catch::Contains("multiplying took"));
  CHECK_THAT(said(Defect::filter, params), Catch::Contains("filtering took"));
  CHECK_THAT(said(Defect::sum, elastic_params(params, 50, 3)),
             Catch::Contains("throttled with seed 3"));
}

TEST_CASE("slices of the Screener in SystemVerilog with a defect are found") {
#ifdef LACUNA_HAVE_RTL
  const RankParams params = small_params();
  const auto said = [](engine::RtlRows<ScreenerSlice> (*make)(std::size_t),
                       const RankParams& with) {
    return found([&] { return std::make_unique<RtlScreener>(with, make(1)); }, with);
  };
  CHECK_THAT(said(make_enmc_screener_unsigned, params), Catch::Contains("expected"));
  CHECK_THAT(said(make_enmc_screener_padded, params), Catch::Contains("expected"));
  CHECK_THAT(said(make_enmc_screener_narrow, params), Catch::Contains("expected"));
  CHECK_THAT(said(make_enmc_screener_forgetful, params), Catch::Contains("expected"));
  CHECK_THAT(said(make_enmc_screener_overrun, params), Catch::Contains("expected"));
  CHECK_THAT(said(make_enmc_screener_inclusive, params), Catch::Contains("clock"));
  CHECK_THAT(said(make_enmc_screener_slow, params), Catch::Contains("clock"));
  // Only where handshakes wait.
  for (const auto make : {make_enmc_screener_deaf, make_enmc_screener_hasty}) {
    CHECK(said(make, params) == "");
    CHECK(said(make, elastic_params(params, 50, 1)) != "");
  }
#else
  WARN("skipped: built without Verilator");
#endif
}

TEST_CASE("a Screener that was not built in SystemVerilog is refused with those that were") {
  RankParams params;
  params.int4_macs = 32;
  if (ScreenerSlice::built().empty()) {
    CHECK_THROWS_WITH(RtlScreener(params), Catch::Contains("install the package verilator"));
    return;
  }
  CHECK_THROWS_WITH(RtlScreener(params),
                    Catch::Contains("none with int4_macs 32, comparators 64 was built") &&
                        Catch::Contains("int4_macs 128, comparators 64") &&
                        Catch::Contains("LACUNA_RTL_ENMC"));
  params.int4_macs = 128;
  params.psum_buffer = 512_B;
  CHECK_THROWS_WITH(RtlScreener(params), Catch::Contains("256 bytes"));
}

TEST_CASE("rows of which a slice holds more than two take longer") {
  const RankParams params = small_params();  // 16 values a clock
  CHECK(screening_clocks(params, 64, 1, 8, 0) == 8);
  CHECK(screening_clocks(params, 64, 3, 100, 13) == 24);
  // Rows of 8 values: two in a slice, or parts of three.
  CHECK(screening_clocks(params, 64, 1, 4, 0) == 8);
  CHECK(screening_clocks(params, 64, 1, 4, 2) == 16);
  // Of 6: parts of three or four. Of 2: eight rows.
  CHECK(screening_clocks(params, 64, 2, 3, 0) == 32);
  CHECK(screening_clocks(params, 64, 1, 1, 5) == 32);
}

}  // namespace test
}  // namespace lacuna::enmc
