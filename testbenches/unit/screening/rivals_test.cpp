// SPDX-License-Identifier: Apache-2.0
//
// Quality, costs and SVD-softmax.
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "expected.h"
#include "sparse/screening/cost.h"
#include "sparse/screening/quality.h"
#include "sparse/screening/svd_softmax.h"

using namespace lacuna;
using namespace lacuna::sparse::screening;
using namespace lacuna::testing;
using List = std::vector<std::uint32_t>;

TEST_CASE("quality is counted as its definition says") {
  QualityMeter meter(2);
  // The best two are 3 and 1; the approximation has 3 and 0; 1 was no candidate.
  meter.add(std::vector<float>{1, 5, 0, 9}, std::vector<float>{6, 2, 0, 9}, List{0, 3});
  // The best two are 0 and 1, found in the other order.
  meter.add(std::vector<float>{3, 2, 0, 0}, std::vector<float>{2, 3, 0, 0}, List{0, 1, 2});
  const Quality quality = meter.quality();
  CHECK(quality.contexts == 2);
  CHECK(quality.top1_agreement == 0.5);
  CHECK(quality.topk_agreement == 0.75);
  CHECK(quality.recall == 0.75);
  CHECK(quality.candidates == 2.5);
}

TEST_CASE("the divergence of two outcomes is that of the formula") {
  // Probabilities 1/4 and 3/4 against 1/2 and 1/2: ln 2 - H, H the entropy of the first.
  const std::vector<float> full = {0, std::log(3.0F)};
  const std::vector<float> even = {5, 5};
  const double wanted = 0.25 * std::log(0.25 / 0.5) + 0.75 * std::log(0.75 / 0.5);
  CHECK(kullback_leibler(full, even) == Approx(wanted).epsilon(1e-6));
  CHECK(kullback_leibler(full, full) == Approx(0).margin(1e-12));
  // A constant added to all outputs changes nothing.
  CHECK(kullback_leibler(full, std::vector<float>{700, 700 + std::log(3.0F)}) ==
        Approx(0).margin(1e-4));
  CHECK_THROWS_AS(kullback_leibler(full, std::vector<float>{1}), Error);
}

TEST_CASE("costs are those that the source prints") {
  // Sizes of FP32 weights and INT4 screeners [Liu, dissertation, Table 6.2; 6.6.1]; biases apart.
  ScreeningSizes w33k{33278, 1500, 375, 4493, 1, 4};
  CHECK(full_cost(w33k).bytes - 4.0 * 33278 == Approx(199.668e6));
  CHECK(full_cost(w33k).float_macs == 49917000);
  ScreeningSizes xml{670091, 512, 128, 13402, 1, 4};
  const Cost only = screening_only_cost(xml);
  const double projection = 128 * 512 / 4.0;
  CHECK(only.bytes - projection - 4.0 * 670091 == 670091 * 64.0);
  // "3.1 % of full classification".
  CHECK((only.bytes - projection - 4.0 * 670091) / (full_cost(xml).bytes - 4.0 * 670091) ==
        0.03125);
  // "The computation overhead of SVD-based approximation is 4 times" that: a preview of d / 8 in FP32.
  const Cost svd = svd_cost(xml, 64, 0);
  CHECK((svd.bytes - 4.0 * 512 * 512 - 4.0 * 670091) / (670091 * 64.0) == 4);
  const Cost screening = screening_cost(xml);
  CHECK(screening.bytes - only.bytes == 13402 * 513 * 4.0);
  CHECK(screening.float_macs == 13402 * 512.0);
  CHECK(screening.integer_macs == 670091 * 128.0);
}

TEST_CASE("a batch reads the screener once and candidates for each context") {
  ScreeningSizes shape{1000, 64, 16, 10, 1, 4};
  const Cost one = screening_cost(shape);
  shape.batch = 4;
  const Cost four = screening_cost(shape);
  CHECK(four.bytes - one.bytes == 3 * 10 * 65 * 4.0);
  CHECK(four.integer_macs == 4 * one.integer_macs);
  CHECK(full_cost(shape).bytes == 1000 * 65 * 4.0);
  CHECK(full_cost(shape).float_macs == 4 * 1000 * 64.0);
}

TEST_CASE("a roofline is bound by what takes longer") {
  ProcessorParams processor;
  Cost cost;
  cost.bytes = 128e9;
  CHECK(roofline_time(cost, processor).seconds == Approx(1));
  CHECK(roofline_time(cost, processor).bound == Bound::memory);
  processor.efficiency = 0.5;
  CHECK(roofline_time(cost, processor).seconds == Approx(2));
  cost.float_macs = 28 * 2.7e9 * 32 * 3;
  CHECK(roofline_time(cost, processor).seconds == Approx(3));
  CHECK(roofline_time(cost, processor).bound == Bound::compute);
  cost.integer_macs = 28 * 2.7e9 * 128;
  CHECK(roofline_time(cost, processor).seconds == Approx(4));
}

TEST_CASE("SVD-softmax previews as NumPy's singular value decomposition does") {
  const auto weights = flat<float>("weights");
  const auto bias = flat<float>("bias");
  const auto contexts = flat<float>("contexts");
  const std::size_t d = expected_dimension;
  const LinearClassifier classifier{expected_categories, d,
                                    [&](std::size_t first, std::size_t count, Span<float> rows) {
                                      for (std::size_t i = 0; i < count * d; ++i) {
                                        rows[i] = weights[first * d + i];
                                      }
                                    },
                                    bias};
  const SvdBasis basis = make_svd_basis(classifier, expected().at("svd_width"));
  std::vector<float> rows(expected_categories * basis.width);
  preview_weights(basis, weights, rows);
  const auto preview = flat<double>("preview");
  for (std::size_t c = 0; c < expected_listed; ++c) {
    std::vector<float> projected(basis.width);
    preview_context(basis, Span<const float>(contexts).subspan(c * d, d), projected);
    std::vector<float> outputs(expected_categories);
    preview_outputs(rows, projected, bias, outputs);
    for (std::size_t i = 0; i < expected_categories; ++i) {
      REQUIRE(outputs[i] == Approx(preview[c * expected_categories + i]).margin(1e-4));
    }
  }
  CHECK_THROWS_AS(make_svd_basis(classifier, 0), Error);
  CHECK_THROWS_AS(make_svd_basis(classifier, d + 1), Error);
}
