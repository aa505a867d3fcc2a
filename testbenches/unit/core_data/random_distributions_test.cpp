// SPDX-License-Identifier: Apache-2.0
#include "core/random_distributions.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

using namespace lacuna;

namespace {

double real(std::int32_t sample) {
  return sample / 65536.0;
}

double tail(std::uint32_t word) {
  return (word | 1) / 4294967296.0;
}

/// Words that fall into every octave of the tail, at its edges and inside.
std::vector<std::uint32_t> telling_words() {
  std::vector<std::uint32_t> words = {0, 1, 2, 3, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF};
  for (int octave = 1; octave < 32; ++octave) {
    const std::uint32_t base = 1U << octave;
    words.insert(words.end(), {base, base - 1, base + base / 3, base + base / 7});
  }
  return words;
}

}  // namespace

TEST_CASE("half-normal samples invert the normal's tail") {
  // erfc of the sample must give back the probability it was drawn with; in the far tail one step
  // of 2^-16 in z changes it by z * 2^-16, and the interpolation by about as much again.
  for (const std::uint32_t word : telling_words()) {
    const double z = real(half_normal(word));
    CHECK(std::erfc(z / std::sqrt(2.0)) == Approx(tail(word)).epsilon(3e-4).margin(2e-5));
  }
}

TEST_CASE("exponential samples are the logarithm of the tail") {
  for (const std::uint32_t word : telling_words()) {
    CHECK(real(exponential(word)) == Approx(-std::log(tail(word))).margin(6e-5));
  }
}

TEST_CASE("samples fall as the word grows") {
  std::int32_t normal_before = half_normal(0);
  std::int32_t exponential_before = exponential(0);
  CHECK(real(normal_before) == Approx(6.338).margin(0.001));         // 2 (1 - Phi(z)) = 2^-32
  CHECK(real(exponential_before) == Approx(22.1807).margin(0.001));  // 32 ln 2
  for (std::uint64_t word = 2; word < (std::uint64_t{1} << 32); word += word / 97 + 2) {
    const auto w = static_cast<std::uint32_t>(word);
    CHECK(half_normal(w) <= normal_before);
    CHECK(exponential(w) <= exponential_before);
    normal_before = half_normal(w);
    exponential_before = exponential(w);
  }
  CHECK(half_normal(0xFFFFFFFF) == 0);
  CHECK(exponential(0xFFFFFFFF) == 0);
}

TEST_CASE("signed samples take magnitude and sign from one word") {
  CHECK(normal(0x4d445b5d) == -half_normal(0x4d445b5d));
  CHECK(normal(0xc821f3d6) == half_normal(0xc821f3d6));
  CHECK(laplace(0x4d445b5d) == -exponential(0x4d445b5d));
  CHECK(laplace(0xc821f3d6) == exponential(0xc821f3d6));
}

TEST_CASE("a stream's samples are the same on every machine") {
  // Python's statistics.NormalDist().inv_cdf and math.log on the words of the stream, times 2^16.
  const RandomStream stream(42, "layer1.0.conv1/weights");
  const std::vector<double> normals = {-67667.83, 18154.50, 67887.90,  -27589.61,
                                       59968.53,  52935.30, -54081.90, 35236.13};
  const std::vector<double> laplaces = {-78506.25, 16134.78, 78847.92,  -25878.29,
                                        66924.56,  56970.15, -58552.68, 34488.87};
  std::vector<std::int32_t> drawn(8);
  fill_normal(stream, 0, drawn);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    CHECK(drawn[i] == Approx(normals[i]).margin(2.0));
  }
  fill_laplace(stream, 0, drawn);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    CHECK(drawn[i] == Approx(laplaces[i]).margin(2.0));
  }
}

TEST_CASE("samples do not depend on where a fill begins") {
  const RandomStream stream(1, "x");
  std::vector<std::int32_t> all(5000);
  fill_half_normal(stream, 0, all);
  std::vector<std::int32_t> part(1500);
  fill_half_normal(stream, 1023, part);
  CHECK(std::equal(part.begin(), part.end(), all.begin() + 1023));
  CHECK(all[4999] == half_normal(stream.word(4999)));
}

TEST_CASE("moments of many samples are those of the distributions") {
  constexpr std::size_t count = 1 << 18;
  std::vector<std::int32_t> samples(count);
  const auto moment = [&](int power) {
    double sum = 0;
    for (const std::int32_t sample : samples) {
      sum += std::pow(real(sample), power);
    }
    return sum / count;
  };
  // Bounds are five standard errors: sqrt(variance of x^k / count).
  fill_normal(RandomStream(5, "normal"), 0, samples);
  CHECK(moment(1) == Approx(0).margin(5 * 1.0 / 512));
  CHECK(moment(2) == Approx(1).margin(5 * 1.42 / 512));
  CHECK(moment(4) == Approx(3).margin(5 * 9.8 / 512));
  fill_laplace(RandomStream(5, "laplace"), 0, samples);
  CHECK(moment(1) == Approx(0).margin(5 * 1.42 / 512));
  CHECK(moment(2) == Approx(2).margin(5 * 4.5 / 512));
}

TEST_CASE("the integer exponential agrees with the real one") {
  for (std::int32_t x = -(1 << 21); x <= (1 << 21); x += 4099) {
    const ScaledInteger result = integer_exp(x);
    CHECK(result.mantissa >= 1U << 30);
    CHECK(result.mantissa < 1U << 31);
    CHECK(result.value() == Approx(std::exp(x / 65536.0)).epsilon(4e-6));
  }
  CHECK(integer_exp(0).value() == 1.0);
}

TEST_CASE("lognormal samples have the given median and spread") {
  // exp(-3.5 + 0.5 z): the word's z decides.
  const std::int32_t mean = -229376;  // -3.5
  const std::int32_t deviation = 32768;
  for (const std::uint32_t word : {0x4d445b5dU, 0xc821f3d6U, 0x04a44d34U}) {
    const double z = real(normal(word));
    CHECK(lognormal(word, mean, deviation).value() ==
          Approx(std::exp(-3.5 + 0.5 * z)).epsilon(3e-5));
  }
}
