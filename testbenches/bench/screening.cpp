// SPDX-License-Identifier: Apache-2.0
// How fast classifiers are screened on this host, on one thread: the INT4 pass against full classification in FP32 of the
// same categories (both on rows in memory), declared screeners drawn by counter, and rows made from them.
// Usage: bench_screening [categories in millions of the declared classifier, 10 if not said; 100 needs a minute]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <vector>

#include "sparse/screening/executor.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/screener.h"
#include "workload/declared_classifier.h"

namespace {

using namespace lacuna;
using namespace lacuna::sparse::screening;

/// Of the processor, so that what else runs on the host counts less.
double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

double seconds_once(const std::function<void()>& work) {
  const double start = now();
  work();
  return now() - start;
}

/// Of the fastest of some runs.
double seconds(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    best = std::min(best, seconds_once(work));
  }
  return best;
}

workload::ClassifierParams params_of(std::uint64_t categories, std::uint32_t dimension) {
  workload::ClassifierParams params;
  params.categories = categories;
  params.dimension = dimension;
  params.candidates = 1;
  params.screener = workload::ScreenerSource::declared;
  return params;
}

void compare(std::size_t categories, std::uint32_t dimension) {
  const workload::DeclaredClassifier classifier(params_of(categories, dimension));
  const std::size_t k = classifier.projection().rows();
  std::vector<std::uint8_t> packed(categories * int4_bytes(k));
  classifier.screener_weights(0, categories, packed);
  const std::vector<std::int32_t> bias(categories, 1);
  std::vector<float> weights(categories * dimension);
  classifier.weights(0, categories, weights);
  std::vector<float> context(dimension);
  classifier.context(0, context);
  std::vector<std::uint8_t> packed_context(int4_bytes(k));
  screen_context(classifier.projection(), classifier.context_format(), context, packed_context);
  std::vector<std::uint8_t> four;
  for (int i = 0; i < 4; ++i) {
    four.insert(four.end(), packed_context.begin(), packed_context.end());
  }

  std::vector<std::int32_t> sums(4 * categories);
  std::vector<float> outputs(categories);
  const ScreenerRows rows{packed, int4_bytes(k), k, bias};
  const double one =
      seconds([&] { screen(rows, packed_context, Span<std::int32_t>(sums).first(categories)); });
  const double batch = seconds([&] { screen_batch(rows, four, 4, sums); });
  const double full = seconds([&] {
    for (std::size_t row = 0; row < categories; ++row) {
      outputs[row] =
          lane_dot(Span<const float>(weights).subspan(row * dimension, dimension), context);
    }
  });
  std::printf("%9zu x %4u | %8.2f %8.2f | %8.2f %8.2f | %8.2f %8.2f | %7.2f %7.2f\n", categories,
              dimension, double(packed.size()) / one * 1e-9, double(categories * k) / one * 1e-9,
              double(packed.size()) / batch * 1e-9, 4 * double(categories * k) / batch * 1e-9,
              4.0 * double(weights.size()) / full * 1e-9, double(weights.size()) / full * 1e-9,
              full / one, 4 * full / batch);
}

/// Drawing and screening a classifier that is never whole in memory.
void stream(std::size_t categories) {
  constexpr std::size_t block = 16384;
  const workload::DeclaredClassifier classifier(params_of(categories, 512));
  const std::size_t bytes = int4_bytes(classifier.projection().rows());
  std::vector<std::uint8_t> packed(block * bytes);
  std::vector<std::int32_t> bias(block);
  std::vector<std::int32_t> sums(block);
  std::vector<float> context(512);
  classifier.context(0, context);
  std::vector<std::uint8_t> packed_context(bytes);
  screen_context(classifier.projection(), classifier.context_format(), context, packed_context);
  double draw = 0;
  double biases = 0;
  double screening = 0;
  std::int64_t total = 0;
  for (std::size_t first = 0; first < categories; first += block) {
    const std::size_t n = std::min(block, categories - first);
    const Span<std::uint8_t> rows = Span<std::uint8_t>(packed).first(n * bytes);
    const Span<std::int32_t> here = Span<std::int32_t>(bias).first(n);
    draw += seconds_once([&] { classifier.screener_weights(first, n, rows); });
    biases += seconds_once([&] { classifier.screener_biases(first, n, here); });
    screening += seconds_once([&] {
      screen({rows, bytes, classifier.projection().rows(), here}, packed_context,
             Span<std::int32_t>(sums).first(n));
    });
    total += sums[0];
  }
  std::vector<float> rows(200 * 512);
  const double made = seconds([&] { classifier.weights(1000, 200, rows); }) / 200;
  const double gigabytes = double(categories * bytes) * 1e-9;
  std::printf(
      "\n%zu categories of 512 declared: %.2f GB of INT4 weights drawn in %.2f s (%.2f GB/s),\n"
      "biases in %.2f s, screened in %.2f s (%.2f GB/s); drawing / screening %.2f. A row of "
      "FP32 weights is made in %.2f us. [%lld]\n",
      categories, gigabytes, draw, gigabytes / draw, biases, screening, gigabytes / screening,
      draw / screening, made * 1e6, static_cast<long long>(total));
}

}  // namespace

int main(int argc, char** argv) {
  const double millions = argc > 1 ? std::atof(argv[1]) : 10;
  std::printf("screening uses %s\n%16s | %17s | %17s | %17s | %15s\n", screen_instruction_set(),
              "classifier", "INT4, one context", "four contexts", "FP32, one context",
              "full / screening");
  std::printf("%16s | %8s %8s | %8s %8s | %8s %8s | %7s %7s\n", "", "GB/s", "GMAC/s", "GB/s",
              "GMAC/s", "GB/s", "GMAC/s", "one", "four");
  compare(33278, 1500);
  compare(32317, 1024);
  compare(267744, 512);
  stream(static_cast<std::size_t>(millions * 1e6));
  return 0;
}
