// SPDX-License-Identifier: Apache-2.0
#include "platform/activation_loss.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "core/document.h"
#include "core/error.h"

using namespace lacuna;
using namespace lacuna::platform;

namespace {

const std::string study_text = R"(source: a paper
zeros: 0.5
bits: [0.5, 0.5, 0.5, 0.5, 0.448, 0.338, 0.092, 0.005]
networks: [one, two]
changes:
  4-5-round: [-0.1, 0.3]
  4-5-trim: [-0.2, 0.2]
  4-2-trim: [-3, 0.1]
  3-6-round: [-1, 0]
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

ActivationLossStudy study_of(const std::string& text) {
  Diagnostics diagnostics;
  ActivationLossStudy study = read_activation_loss(parse_yaml(text, "s.yaml"), diagnostics);
  diagnostics.throw_if_any();
  return study;
}

std::string problem_of(const std::string& text) {
  try {
    study_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

const ActivationLoss& find(const ActivationLossResult& result, const std::string& format) {
  const auto found =
      std::find_if(result.formats.begin(), result.formats.end(),
                   [&](const ActivationLoss& loss) { return loss.format == format; });
  REQUIRE(found != result.formats.end());
  return *found;
}

}  // namespace

TEST_CASE("rank correlation by hand") {
  CHECK(rank_correlation({1, 2, 3, 4}, {10, 20, 30, 400}) == Approx(1));
  CHECK(rank_correlation({1, 2, 3, 4}, {4, 3, 2, 1}) == Approx(-1));
  // Ranks 0 1 2 3 and 0 2 1 3: 1 - 6 x 2 / (4 x 15).
  CHECK(rank_correlation({1, 2, 3, 4}, {1, 3, 2, 4}) == Approx(0.8));
  // Equal values share 1.5: covariance 4.5 of variances 5 and 4.5.
  CHECK(rank_correlation({1, 2, 3, 4}, {1, 2, 2, 4}) == Approx(4.5 / std::sqrt(5 * 4.5)));
  CHECK(rank_correlation({1, 2, 3}, {5, 5, 5}) == 0);
}

TEST_CASE("formats lose more with fewer bits and placements, and with trimming") {
  const ActivationLossResult result = measure_activation_loss(study_of(study_text));
  REQUIRE(result.formats.size() == 4);
  const double round = find(result, "4 bits, 5 placements, round").sqnr_db;
  const double trim = find(result, "4 bits, 5 placements, trim").sqnr_db;
  const double two = find(result, "4 bits, 2 placements, trim").sqnr_db;
  const double three_bits = find(result, "3 bits, 6 placements, round").sqnr_db;
  CHECK(round > trim);
  CHECK(trim > three_bits);
  CHECK(three_bits > two);
  CHECK(round == Approx(34.2).margin(0.3));  // an independent script: 34.18 of other draws
  CHECK(find(result, "4 bits, 2 placements, trim").bits_per_activation == 4 + 1 + 1);
  CHECK(find(result, "3 bits, 6 placements, round").bits_per_activation == 3 + 3 + 1);
  CHECK(find(result, "4 bits, 2 placements, trim").mean_change == Approx(-1.45));
  // The first network's losses are in the errors' order, 0.1, 0.2, 1, 3; the second's too but for the last two.
  REQUIRE(result.rank_correlations.size() == 2);
  CHECK(result.rank_correlations[0] == Approx(1));
  CHECK(result.rank_correlations[1] == Approx(0.8));
}

TEST_CASE("lone activations and even pairs lose nothing of 4 bits") {
  // Everything zero but bit 0: no value exceeds 1.
  const std::string small = with(study_text, "[0.5, 0.5, 0.5, 0.5, 0.448, 0.338, 0.092, 0.005]",
                                 "[1, 0, 0, 0, 0, 0, 0, 0]");
  const ActivationLossResult result = measure_activation_loss(study_of(small));
  for (const ActivationLoss& loss : result.formats) {
    CHECK(loss.sqnr_db > 40);
  }
  CHECK(result.mean_rank_correlation == 0);
}

TEST_CASE("what is wrong with a study is told with its place") {
  using Catch::Contains;
  CHECK_THAT(problem_of(with(study_text, "zeros: 0.5", "zeros: 1.5")),
             Contains("s.yaml:2:") && Contains("from 0 to 0.999"));
  CHECK_THAT(problem_of(with(study_text, ", 0.005]", "]")), Contains("a list of 8 numbers"));
  CHECK_THAT(problem_of(with(study_text, "4-5-trim", "4-4-trim")),
             Contains("s.yaml:7:") && Contains("no format of 4 bits with 4"));
  CHECK_THAT(problem_of(with(study_text, "4-5-trim", "4.5-trim")), Contains("such as 4-5-round"));
  CHECK_THAT(problem_of(with(study_text, "[-3, 0.1]", "[-3]")), Contains("a list of 2 numbers"));
  CHECK_THAT(problem_of(with(study_text, "zeros:", "zeroes:")), Contains("did you mean 'zeros'"));
}
