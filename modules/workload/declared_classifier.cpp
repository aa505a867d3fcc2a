// SPDX-License-Identifier: Apache-2.0
#include "workload/declared_classifier.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"
#include "core/random_distributions.h"
#include "sparse/screening/int4.h"
#include "sparse/screening/learner.h"
#include "workload/declared_weights.h"

namespace lacuna::workload {
namespace {

constexpr std::size_t format_contexts = 32;  ///< that decide the context's INT4 step

}  // namespace

DeclaredClassifier::DeclaredClassifier(const ClassifierParams& params)
    : SyntheticClassifier(params),
      projection_(params.seed, params.projected_length(), params.dimension),
      entries_(projection_.entries().begin(), projection_.entries().end()),
      words_(params.seed, "screener weights"),
      seed_(params.seed) {
  // Entries of w~ P have variance k / 3 times that of w~; the power of two brings rows to a length
  // of 0.7 .. 1.4.
  const double deviation = std::sqrt(double(projection_.rows()) / 3.0 * declared_weight_variance);
  const double wanted = 1.0 / std::sqrt(double(params.dimension)) / double{unit()};
  while (std::ldexp(deviation, shift_ + 1) <= wanted * 1.41421356) {
    ++shift_;
  }
  weight_step_ = std::ldexp(double{unit()}, shift_) / projection_.scale();
  choose_context_format();
}

void DeclaredClassifier::choose_context_format() {
  std::vector<float> contexts(format_contexts * dimension());
  for (std::size_t i = 0; i < format_contexts; ++i) {
    // From the end of the numbers, which nobody else uses.
    context(~std::uint64_t{0} / dimension() / 2 - i,
            Span<float>(contexts).subspan(i * dimension(), dimension()));
  }
  format_ = sparse::screening::choose_context_format(projection_, contexts);
}

void DeclaredClassifier::screener_weights(std::size_t first, std::size_t count,
                                          Span<std::uint8_t> packed) const {
  const std::size_t length = projection_.rows();
  const std::size_t bytes = sparse::screening::int4_bytes(length);
  if (packed.size() != count * bytes) {
    throw model_error(fmt::format("{} bytes for {} screener rows", packed.size(), count));
  }
  fill_declared_weights(words_, first, count, bytes, packed);
  if (length % 2 != 0) {
    for (std::size_t row = 0; row < count; ++row) {
      packed[(row + 1) * bytes - 1] &= 0x0F;
    }
  }
}

void DeclaredClassifier::screener_biases(std::size_t first, std::size_t count,
                                         Span<std::int32_t> biases) const {
  std::vector<float> real(count);
  bias(first, count, real);
  const double step = worth();
  for (std::size_t i = 0; i < count; ++i) {
    biases[i] = sparse::screening::quantize_bias(real[i], step);
  }
}

void DeclaredClassifier::row(std::size_t number, Span<std::int32_t> values) const {
  const std::size_t length = projection_.rows();
  std::vector<std::uint8_t> packed(sparse::screening::int4_bytes(length));
  screener_weights(number, 1, packed);
  // 16 bits hold the sums of this many weights of at most 4, however long a row is; in 16 bits they are
  // added twice as fast.
  constexpr std::size_t part = 4096;
  std::fill(values.begin(), values.end(), 0);
  std::vector<std::int16_t> sums(dimension());
  std::vector<std::int16_t> factors;
  for (std::size_t first = 0; first < length; first += part) {
    std::fill(sums.begin(), sums.end(), std::int16_t{0});
    const std::size_t here = std::min(part, length - first);
    factors.resize(here);
    for (std::size_t k = 0; k < here; ++k) {
      factors[k] = sparse::screening::int4_at(packed, first + k);
    }
    add_weighted_rows(
        factors,
        Span<const std::int16_t>(entries_).subspan(first * dimension(), here * dimension()), sums);
    for (std::size_t j = 0; j < sums.size(); ++j) {
      values[j] += sums[j];
    }
  }
  for (auto& value : values) {
    value *= 1 << shift_;
  }
}

void DeclaredClassifier::weights(std::size_t first, std::size_t count, Span<float> weights) const {
  if (weights.size() != count * dimension()) {
    throw model_error(fmt::format("{} weights for {} rows", weights.size(), count));
  }
  std::vector<std::int32_t> values(dimension());
  for (std::size_t i = 0; i < count; ++i) {
    row(first + i, values);
    add_noise(first + i, values);
    for (std::size_t j = 0; j < dimension(); ++j) {
      weights[i * dimension() + j] = static_cast<float>(values[j]) * unit();
    }
  }
}

void DeclaredClassifier::context(std::uint64_t index, Span<float> context) const {
  if (context.size() != dimension()) {
    throw model_error(fmt::format("a context of {} values", context.size()));
  }
  std::vector<std::int32_t> values(dimension());
  row(label(index), values);
  std::vector<std::int32_t> samples(dimension());
  fill_normal(RandomStream(seed_, "contexts"), index * dimension(), samples);
  const auto raise = static_cast<float>(strength(index) / 1.5) * unit();
  const auto spread = static_cast<float>(1.7 / sample_one);
  for (std::size_t j = 0; j < dimension(); ++j) {
    context[j] = raise * static_cast<float>(values[j]) + spread * static_cast<float>(samples[j]);
  }
}

}  // namespace lacuna::workload
