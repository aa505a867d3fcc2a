// SPDX-License-Identifier: Apache-2.0
#include "workload/synthetic_classifier.h"

#include <cmath>
#include <cstring>

#include <catch2/catch.hpp>

#include "reference/classification.h"
#include "sparse/screening/int4.h"
#include "workload/declared_classifier.h"
#include "workload/declared_weights.h"

using namespace lacuna;
using namespace lacuna::workload;
using sparse::screening::int4_at;
using sparse::screening::int4_bytes;

namespace {

ClassifierParams params_of(std::uint64_t categories, std::uint32_t dimension,
                           ScreenerSource source) {
  ClassifierParams params;
  params.categories = categories;
  params.dimension = dimension;
  params.candidates = 1;
  params.screener = source;
  return params;
}

std::vector<float> rows_of(const SyntheticClassifier& classifier, std::size_t first,
                           std::size_t count) {
  std::vector<float> rows(count * classifier.dimension());
  classifier.weights(first, count, rows);
  return rows;
}

double length(const float* values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += double{values[i]} * values[i];
  }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("counter words are SplitMix64's outputs") {
  // The first outputs from state 1234567, as published with the generator's C code.
  const CounterWords words(1234567);
  CHECK(words.word(0) == 6457827717110365317U);
  CHECK(words.word(1) == 3203168211198807973U);
  CHECK(words.word(2) == 9817491932198370423U);
  CHECK(words.word(3) == 4593380528125082431U);
  CHECK(CounterWords(1, "a").word(0) != CounterWords(1, "b").word(0));
  CHECK(CounterWords(1, "a").word(0) != CounterWords(2, "a").word(0));
}

TEST_CASE("a row does not depend on what is made with it") {
  for (const ScreenerSource source : {ScreenerSource::learned, ScreenerSource::declared}) {
    for (const std::uint32_t dimension : {1U, 7U, 33U, 64U}) {
      const auto classifier = make_classifier(params_of(500, dimension, source));
      const auto larger = make_classifier(params_of(900, dimension, source));
      const auto all = rows_of(*classifier, 0, 500);
      for (const std::size_t row : {499, 0, 17, 250}) {
        const auto one = rows_of(*classifier, row, 1);
        REQUIRE(std::equal(one.begin(), one.end(), all.begin() + std::ptrdiff_t(row * dimension)));
        REQUIRE(one == rows_of(*larger, row, 1));
      }
      auto other = params_of(500, dimension, source);
      other.seed = 2;
      CHECK(rows_of(*make_classifier(other), 0, 500) != all);
      std::vector<float> biases(3);
      classifier->bias(101, 3, biases);
      CHECK(biases[1] == classifier->all_biases()[102]);
    }
  }
}

TEST_CASE("rows have a length of about 1, and contexts raise their category") {
  for (const ScreenerSource source : {ScreenerSource::learned, ScreenerSource::declared}) {
    const auto classifier = make_classifier(params_of(2000, 512, source));
    const auto rows = rows_of(*classifier, 0, 2000);
    double mean = 0;
    for (std::size_t row = 0; row < 2000; ++row) {
      mean += length(&rows[row * 512], 512) / 2000;
    }
    CHECK(mean > 0.7);
    CHECK(mean < 1.45);
    double own = 0;
    double squares = 0;
    for (std::uint64_t c = 0; c < 20; ++c) {
      std::vector<float> context(512);
      classifier->context(c, context);
      std::vector<double> outputs(2000);
      reference::classify(rows, context, classifier->all_biases(), outputs);
      const std::size_t label = classifier->label(c);
      REQUIRE(label < 2000);
      own += outputs[label] / 20;
      for (std::size_t i = 0; i < 2000; ++i) {
        squares += i == label ? 0 : outputs[i] * outputs[i] / 2000 / 20;
      }
    }
    CHECK(own > 6);
    CHECK(own < 18);
    CHECK(std::sqrt(squares) > 1);
    CHECK(std::sqrt(squares) < 4);
  }
}

TEST_CASE("weights are whole numbers times a power of two") {
  for (const ScreenerSource source : {ScreenerSource::learned, ScreenerSource::declared}) {
    const auto classifier = make_classifier(params_of(50, 100, source));
    for (const float weight : rows_of(*classifier, 0, 50)) {
      const double scaled = std::ldexp(double{weight}, 15);
      REQUIRE(scaled == std::floor(scaled));
      REQUIRE(std::abs(scaled) < (1 << 24));
    }
  }
}

TEST_CASE("declared weights are the values of four random bits each") {
  const CounterWords words(7);
  for (const std::size_t bytes : {1, 7, 8, 9, 64, 75, 5000}) {
    std::vector<std::uint8_t> packed(3 * bytes);
    fill_declared_weights(words, 5, 3, bytes, packed);
    const std::size_t row_words = (bytes + 7) / 8;
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t byte = 0; byte < bytes; ++byte) {
        const std::uint64_t random = words.word((5 + row) * row_words + byte / 8) >> byte % 8 * 8;
        const Span<const std::uint8_t> here(&packed[row * bytes], bytes);
        REQUIRE(int4_at(here, 2 * byte) == declared_weight_values[random & 15]);
        REQUIRE(int4_at(here, 2 * byte + 1) == declared_weight_values[random >> 4 & 15]);
      }
    }
  }
  double squares = 0;
  int sum = 0;
  for (const std::int8_t value : declared_weight_values) {
    squares += value * value / 16.0;
    sum += value;
  }
  CHECK(sum == 0);
  CHECK(squares == declared_weight_variance);
}

TEST_CASE("without noise a declared classifier's outputs are its screener's") {
  for (const std::uint32_t dimension : {5U, 64U, 90U}) {
    auto params = params_of(40, dimension, ScreenerSource::declared);
    params.noise = 0;
    const DeclaredClassifier classifier(params);
    const std::size_t k = classifier.projection().rows();
    const auto rows = rows_of(classifier, 0, 40);
    std::vector<std::uint8_t> packed(40 * int4_bytes(k));
    classifier.screener_weights(0, 40, packed);
    // w_i . h = step * sqrt(3/k) * sum_j w~_ij (sum_n P_jn h_n) for whole numbers h.
    std::vector<double> projected(k);
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t n = 0; n < dimension; ++n) {
        projected[j] += classifier.projection().entry(j, n) * (double(n * 7 % 11) - 5);
      }
    }
    for (std::size_t i = 0; i < 40; ++i) {
      double full = 0;
      for (std::size_t n = 0; n < dimension; ++n) {
        full += rows[i * dimension + n] * (double(n * 7 % 11) - 5);
      }
      double screened = 0;
      for (std::size_t j = 0; j < k; ++j) {
        const Span<const std::uint8_t> row(&packed[i * int4_bytes(k)], int4_bytes(k));
        screened += int4_at(row, j) * projected[j];
      }
      REQUIRE(full == Approx(screened * classifier.weight_step() * classifier.projection().scale())
                          .epsilon(1e-12)
                          .margin(1e-12));
    }
  }
}

TEST_CASE("the noise of a row has the length that is asked for and is no other row's") {
  for (const ScreenerSource source : {ScreenerSource::learned, ScreenerSource::declared}) {
    auto params = params_of(60, 501, source);
    const auto noisy = rows_of(*make_classifier(params), 0, 60);
    params.noise = 0;
    const auto plain = rows_of(*make_classifier(params), 0, 60);
    std::vector<float> noise(noisy.size());
    for (std::size_t i = 0; i < noise.size(); ++i) {
      noise[i] = noisy[i] - plain[i];
    }
    double mean = 0;
    for (std::size_t row = 0; row < 60; ++row) {
      mean += length(&noise[row * 501], 501) / 60;
      for (std::size_t other = 0; other < row; ++other) {
        double product = 0;
        for (std::size_t j = 0; j < 501; ++j) {
          product += double{noise[row * 501 + j]} * noise[other * 501 + j];
        }
        // The cosine of two random vectors has a deviation of 1 / sqrt(501) = 0.045; six of them.
        REQUIRE(std::abs(product) < 0.27 * 0.09);
      }
    }
    CHECK(mean == Approx(0.3).epsilon(0.03));
  }
}
