// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/learner.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "expected.h"
#include "reference/classification.h"
#include "sparse/screening/candidates.h"
#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/quality.h"
#include "sparse/screening/special_functions.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;
using namespace lacuna::testing;

namespace {

LinearClassifier over(const std::vector<float>& weights, const std::vector<float>& bias,
                      std::size_t dimension) {
  return {bias.size(), dimension,
          [&weights, dimension](std::size_t first, std::size_t count, Span<float> rows) {
            for (std::size_t i = 0; i < count * dimension; ++i) {
              rows[i] = weights[first * dimension + i];
            }
          },
          bias};
}

/// Mean squared error of a real screener's outputs over contexts.
double loss(const RealScreener& screener, const TernaryProjection& projection,
            const std::vector<float>& weights, const std::vector<float>& bias,
            const std::vector<float>& contexts) {
  const std::size_t d = projection.columns();
  const std::size_t k = projection.rows();
  double sum = 0;
  for (std::size_t c = 0; c < contexts.size() / d; ++c) {
    std::vector<double> full(bias.size());
    reference::classify(weights, Span<const float>(contexts).subspan(c * d, d), bias, full);
    for (std::size_t i = 0; i < bias.size(); ++i) {
      double output = screener.bias[i];
      for (std::size_t j = 0; j < k; ++j) {
        double projected = 0;
        for (std::size_t n = 0; n < d; ++n) {
          projected += projection.entry(j, n) * double{contexts[c * d + n]};
        }
        output += screener.weights[i * k + j] * projected * projection.scale();
      }
      sum += (output - full[i]) * (output - full[i]);
    }
  }
  const std::size_t count = contexts.size() / d;
  return sum / double(count) / double(bias.size());
}

struct Setup {
  std::size_t l = 300, d = 48, k = 12;
  std::vector<float> weights, bias, contexts, others;

  /// Contexts lie in `rank` dimensions.
  explicit Setup(std::size_t rank) {
    std::mt19937 random(9);
    std::normal_distribution<float> normal(0, 1);
    const auto draw = [&](std::vector<float>& values, std::size_t count) {
      values.resize(count);
      for (auto& value : values) {
        value = normal(random);
      }
    };
    draw(weights, l * d);
    draw(bias, l);
    std::vector<float> basis;
    draw(basis, rank * d);
    for (std::vector<float>* set : {&contexts, &others}) {
      std::vector<float> parts;
      draw(parts, 200 * rank);
      set->assign(200 * d, 0.0F);
      for (std::size_t c = 0; c < 200; ++c) {
        for (std::size_t r = 0; r < rank; ++r) {
          for (std::size_t j = 0; j < d; ++j) {
            (*set)[c * d + j] += parts[c * rank + r] * basis[r * d + j];
          }
        }
      }
    }
  }
};

}  // namespace

TEST_CASE("learned weights are those of NumPy's least squares") {
  const auto weights = flat<float>("weights");
  const auto bias = flat<float>("bias");
  const TernaryProjection projection(expected().at("seed"), expected_projected, expected_dimension);
  const RealScreener screener =
      learn_screener(over(weights, bias, expected_dimension), projection,
                     expected().at("fraction_bits"), flat<float>("contexts"));
  const auto learned = flat<double>("learned");
  const auto learned_bias = flat<double>("learned_bias");
  for (std::size_t i = 0; i < learned.size(); ++i) {
    REQUIRE(screener.weights[i] == Approx(learned[i]).margin(2e-5));
  }
  for (std::size_t i = 0; i < learned_bias.size(); ++i) {
    REQUIRE(screener.bias[i] == Approx(learned_bias[i]).margin(2e-5));
  }
}

TEST_CASE("the whole way from classifier to probabilities gives what NumPy finds") {
  const auto weights = flat<float>("weights");
  const auto bias = flat<float>("bias");
  const auto contexts = flat<float>("contexts");
  const TernaryProjection projection(expected().at("seed"), expected_projected, expected_dimension);
  const ContextFormat format{expected().at("fraction_bits"), expected().at("context_step")};
  const RealScreener real = learn_screener(over(weights, bias, expected_dimension), projection,
                                           format.fraction_bits, contexts);
  // quantize_screener() chooses its own step; the given one is put in its place.
  Screener screener{projection, format, expected().at("weight_step"), {}, {}};
  CHECK(screener.worth() == Approx(expected().at("worth").get<double>()).epsilon(1e-12));
  const std::size_t bytes = int4_bytes(expected_projected);
  screener.weights.resize(expected_categories * bytes);
  for (std::size_t row = 0; row < expected_categories; ++row) {
    quantize_weights(
        Span<const float>(real.weights).subspan(row * expected_projected, expected_projected),
        screener.weight_step, Span<std::uint8_t>(screener.weights).subspan(row * bytes, bytes));
    screener.bias.push_back(quantize_bias(real.bias[row], screener.worth()));
  }
  const auto bias4 = flat<std::int32_t>("bias4");
  CHECK(screener.bias == bias4);
  const auto weight4 = flat<int>("weight4");
  const auto sums4 = flat<std::int32_t>("sums");
  const auto best = flat<std::uint32_t>("best5");
  const auto mixed4 = flat<double>("mixed");
  const auto probabilities4 = flat<double>("probabilities");
  for (std::size_t i = 0; i < weight4.size(); ++i) {
    const auto row =
        Span<const std::uint8_t>(screener.weights).subspan(i / expected_projected * bytes, bytes);
    REQUIRE(int{int4_at(row, i % expected_projected)} == weight4[i]);
  }
  for (std::size_t c = 0; c < expected_listed; ++c) {
    const auto context =
        Span<const float>(contexts).subspan(c * expected_dimension, expected_dimension);
    std::vector<std::uint8_t> packed(bytes);
    screen_context(projection, format, context, packed);
    std::vector<std::int32_t> sums(expected_categories);
    screen(screener.rows(), packed, sums);
    const auto candidates = top_candidates(sums, 5);
    std::vector<float> results;
    for (const std::uint32_t category : candidates) {
      results.push_back(accurate_result(
          Span<const float>(weights).subspan(category * expected_dimension, expected_dimension),
          context, bias[category]));
    }
    const auto mixed =
        mixed_output(sums, static_cast<float>(screener.worth()), candidates, results);
    std::vector<float> probabilities(expected_categories);
    normalize_softmax(mixed, softmax_part(mixed), probabilities);
    for (std::size_t i = 0; i < 5; ++i) {
      REQUIRE(candidates[i] == best[c * 5 + i]);
    }
    std::vector<float> full;
    for (std::size_t i = 0; i < expected_categories; ++i) {
      const std::size_t at = c * expected_categories + i;
      REQUIRE(sums[i] == sums4[at]);
      REQUIRE(mixed[i] == Approx(mixed4[at]).margin(1e-5));
      REQUIRE(probabilities[i] == Approx(probabilities4[at]).epsilon(3e-4));
      full.push_back(accurate_result(
          Span<const float>(weights).subspan(i * expected_dimension, expected_dimension), context,
          bias[i]));
    }
    CHECK(kullback_leibler(full, mixed) == Approx(flat<double>("divergence")[c]).epsilon(1e-4));
  }
}

TEST_CASE("contexts of fewer dimensions than the projection keeps are learned without a loss") {
  const Setup setup(6);
  const TernaryProjection projection(2, setup.k, setup.d);
  const RealScreener screener =
      learn_screener(over(setup.weights, setup.bias, setup.d), projection, 10, setup.contexts);
  // Outputs have a variance of about d * rank = 288; contexts are rounded to 2^-10, and the term on
  // the diagonal is 1e-6.
  CHECK(loss(screener, projection, setup.weights, setup.bias, setup.contexts) < 1e-3);
  CHECK(loss(screener, projection, setup.weights, setup.bias, setup.others) < 1e-3);
}

TEST_CASE("no other screener has a smaller loss, and a random one a far greater") {
  const Setup setup(40);
  const TernaryProjection projection(2, setup.k, setup.d);
  RealScreener screener =
      learn_screener(over(setup.weights, setup.bias, setup.d), projection, 10, setup.contexts);
  const double least = loss(screener, projection, setup.weights, setup.bias, setup.contexts);
  std::mt19937 random(5);
  for (int trial = 0; trial < 20; ++trial) {
    RealScreener other = screener;
    for (auto& weight : other.weights) {
      weight += (random() % 2 == 0 ? 1 : -1) * 0.02F;
    }
    CHECK(loss(other, projection, setup.weights, setup.bias, setup.contexts) > least);
  }
  RealScreener shuffled = screener;
  std::shuffle(shuffled.weights.begin(), shuffled.weights.end(), random);
  CHECK(loss(shuffled, projection, setup.weights, setup.bias, setup.contexts) > 2 * least);
  for (auto& bias : screener.bias) {
    bias += 0.1;
  }
  CHECK(loss(screener, projection, setup.weights, setup.bias, setup.contexts) ==
        Approx(least + 0.01).epsilon(1e-3));  // residuals have no mean
}

TEST_CASE("however many threads learn, the bits are the same") {
  const Setup setup(6);
  const TernaryProjection projection(2, setup.k, setup.d);
  constexpr std::size_t categories = 5000;  // rows come in three blocks
  std::vector<float> weights;
  for (std::size_t i = 0; i < categories * setup.d; ++i) {
    weights.push_back(setup.weights[i * 7 % setup.weights.size()]);
  }
  const std::vector<float> bias(categories, 0.5F);
  const auto learn = [&](unsigned threads) {
    return learn_screener(over(weights, bias, setup.d), projection, 10, setup.contexts, threads);
  };
  const RealScreener alone = learn(1);
  for (const unsigned threads : {2U, 5U}) {
    const RealScreener together = learn(threads);
    CHECK(together.weights == alone.weights);
    CHECK(together.bias == alone.bias);
  }
}

TEST_CASE("fewer contexts than projected values are learned from all the same") {
  const Setup setup(6);
  const TernaryProjection projection(2, setup.k, setup.d);
  const std::vector<float> few(setup.contexts.begin(),
                               setup.contexts.begin() + std::ptrdiff_t(3 * setup.d));
  const RealScreener screener =
      learn_screener(over(setup.weights, setup.bias, setup.d), projection, 10, few);
  for (const float weight : screener.weights) {
    REQUIRE(std::isfinite(weight));
  }
  CHECK(loss(screener, projection, setup.weights, setup.bias, few) < 0.1);
}

TEST_CASE("rounded weights lie within half a step where they are not limited") {
  const Setup setup(12);
  const TernaryProjection projection(2, setup.k, setup.d);
  const ContextFormat format = choose_context_format(projection, setup.contexts);
  const RealScreener real = learn_screener(over(setup.weights, setup.bias, setup.d), projection,
                                           format.fraction_bits, setup.contexts);
  double before = 0;
  for (const unsigned bits : {4U, 3U, 2U}) {
    const Screener screener = quantize_screener(real, projection, format, bits);
    const int greatest = (1 << (bits - 1)) - 1;
    double squares = 0;
    for (std::size_t i = 0; i < real.weights.size(); ++i) {
      const int value = int4_at(
          Span<const std::uint8_t>(screener.weights).subspan(i / setup.k * 6, 6), i % setup.k);
      REQUIRE(std::abs(value) <= greatest);
      const double error = real.weights[i] - value * screener.weight_step;
      if (std::abs(value) < greatest) {
        REQUIRE(std::abs(error) <= 0.5001 * screener.weight_step);
      }
      squares += error * error;
    }
    CHECK(squares > before);  // fewer bits, more error
    before = squares;
    for (std::size_t i = 0; i < real.bias.size(); ++i) {
      REQUIRE(std::abs(real.bias[i] - screener.bias[i] * screener.worth()) <=
              0.5001 * screener.worth());
    }
  }
  CHECK_THROWS_AS(quantize_screener(real, projection, format, 5), Error);
  CHECK_THROWS_AS(quantize_screener(real, projection, format, 1), Error);
}

TEST_CASE("a learner refuses what does not fit") {
  const Setup setup(6);
  const TernaryProjection projection(2, 4, setup.d - 1);
  CHECK_THROWS_AS(
      learn_screener(over(setup.weights, setup.bias, setup.d), projection, 10, setup.contexts),
      Error);
  const TernaryProjection fitting(2, 4, setup.d);
  CHECK_THROWS_AS(learn_screener(over(setup.weights, setup.bias, setup.d), fitting, 10, {}), Error);
}
