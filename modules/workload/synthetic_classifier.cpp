// SPDX-License-Identifier: Apache-2.0
#include "workload/synthetic_classifier.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"
#include "core/random_distributions.h"
#include "workload/declared_classifier.h"

namespace lacuna::workload {
namespace {

constexpr double sample_unit = 1.0 / sample_one;

/// A power of two so that a value of deviation 1 / sqrt(dimension) is 2^11 .. 2^12 units.
float unit_of(std::size_t dimension) {
  int bits = 11;
  for (std::size_t reach = 1; reach < dimension; reach *= 4) {
    ++bits;
  }
  return std::ldexp(1.0F, -bits);
}

/// The middle of each of 256 equally likely parts of a normal distribution.
double normal_part(unsigned part) {
  const std::uint32_t tail = (2 * (part % 128) + 1) << 24;  // (i + 1/2) / 128 of 2^32
  const double size = half_normal(tail) * sample_unit;
  return part < 128 ? size : -size;
}

std::int16_t limited(double value) {
  return static_cast<std::int16_t>(std::clamp(std::floor(value + 0.5), -32767.0, 32767.0));
}

void check_size(std::size_t given, std::size_t expected) {
  if (given != expected) {
    throw model_error(fmt::format("{} values of a classifier, expected {}", given, expected));
  }
}

}  // namespace

SyntheticClassifier::SyntheticClassifier(const ClassifierParams& params)
    : categories_(params.categories),
      dimension_(params.dimension),
      unit_(unit_of(params.dimension)),
      labels_(params.seed, "classifier labels"),
      noise_(params.seed, "classifier noise"),
      biases_(params.seed, "classifier bias") {
  const double deviation = params.noise / std::sqrt(double(params.dimension)) / double{unit_};
  for (unsigned part = 0; part < noise_table_.size(); ++part) {
    noise_table_[part] = limited(deviation * normal_part(part));
  }
}

void SyntheticClassifier::bias(std::size_t first, std::size_t count, Span<float> bias) const {
  check_size(bias.size(), count);
  const auto half = static_cast<float>(0.5 * sample_unit);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t word = biases_.word((first + i) / 2);
    bias[i] = half * static_cast<float>(normal(
                         static_cast<std::uint32_t>((first + i) % 2 == 0 ? word : word >> 32)));
  }
}

std::vector<float> SyntheticClassifier::all_biases() const {
  std::vector<float> biases(categories_);
  bias(0, categories_, biases);
  return biases;
}

std::size_t SyntheticClassifier::label(std::uint64_t index) const {
  // 32 random bits times up to 2^31 categories.
  return static_cast<std::size_t>((labels_.word(2 * index) >> 32) * categories_ >> 32);
}

double SyntheticClassifier::strength(std::uint64_t index) const {
  return 4.0 + 12.0 * static_cast<double>(labels_.word(2 * index + 1) >> 32) / 4294967296.0;
}

void SyntheticClassifier::add_noise(std::size_t row, Span<std::int32_t> values) const {
  const std::uint64_t words = (dimension_ + 7) / 8;
  for (std::size_t j = 0; j < values.size(); j += 8) {
    std::uint64_t word = noise_.word(row * words + j / 8);
    const std::size_t here = std::min<std::size_t>(8, values.size() - j);
    for (std::size_t i = 0; i < here; ++i, word >>= 8) {
      values[j + i] += noise_table_[word & 0xFF];
    }
  }
}

LowRankClassifier::LowRankClassifier(const ClassifierParams& params)
    : SyntheticClassifier(params), codes_(params.seed, "classifier codes"), seed_(params.seed) {
  make_basis(params.low_rank(), params.seed);
  make_books(params.seed);
}

void LowRankClassifier::make_basis(std::size_t rank, std::uint64_t seed) {
  double total = 0;
  for (std::size_t t = 1; t <= rank; ++t) {
    total += 1.0 / std::sqrt(double(t));
  }
  basis_.resize(rank * dimension());
  std::vector<std::int32_t> samples(dimension());
  const RandomStream stream(seed, "classifier basis");
  for (std::size_t t = 0; t < rank; ++t) {
    fill_normal(stream, t * dimension(), samples);
    const double energy = 1.0 / std::sqrt(double(t + 1)) / total;
    const double scale = std::sqrt(energy / double(dimension())) * sample_unit;
    for (std::size_t j = 0; j < dimension(); ++j) {
      basis_[t * dimension() + j] = static_cast<float>(scale * samples[j]);
    }
  }
}

void LowRankClassifier::make_books(std::uint64_t seed) {
  constexpr std::array<double, books> shares = {0.4, 0.3, 0.2, 0.1};
  const std::size_t rank = basis_.size() / dimension();
  const RandomStream stream(seed, "classifier books");
  books_.resize(books * entries * dimension());
  std::vector<std::int32_t> samples(rank);
  std::vector<float> entry(dimension());
  for (std::size_t e = 0; e < books * entries; ++e) {
    fill_normal(stream, e * rank, samples);
    std::fill(entry.begin(), entry.end(), 0.0F);
    for (std::size_t t = 0; t < rank; ++t) {
      const auto u = static_cast<float>(samples[t] * sample_unit);
      const float* direction = &basis_[t * dimension()];
      for (std::size_t j = 0; j < dimension(); ++j) {
        entry[j] += u * direction[j];
      }
    }
    const double scale = std::sqrt(shares[e / entries]) / double{unit()};
    for (std::size_t j = 0; j < dimension(); ++j) {
      books_[e * dimension() + j] = limited(scale * entry[j]);
    }
  }
}

void LowRankClassifier::add_entries(std::size_t row, Span<std::int32_t> values) const {
  std::uint64_t code = codes_.word(row);
  for (std::size_t book = 0; book < books; ++book, code >>= 8) {
    const std::int16_t* entry = &books_[(book * entries + (code & 0xFF)) * dimension()];
    for (std::size_t j = 0; j < values.size(); ++j) {
      values[j] += entry[j];
    }
  }
}

void LowRankClassifier::weights(std::size_t first, std::size_t count, Span<float> weights) const {
  check_size(weights.size(), count * dimension());
  std::vector<std::int32_t> values(dimension());
  for (std::size_t row = 0; row < count; ++row) {
    std::fill(values.begin(), values.end(), 0);
    add_entries(first + row, values);
    add_noise(first + row, values);
    float* out = weights.data() + row * dimension();
    for (std::size_t j = 0; j < dimension(); ++j) {
      out[j] = static_cast<float>(values[j]) * unit();
    }
  }
}

void LowRankClassifier::context(std::uint64_t index, Span<float> context) const {
  check_size(context.size(), dimension());
  std::vector<std::int32_t> values(dimension());
  add_entries(label(index), values);
  const auto raise = static_cast<float>(strength(index)) * unit();
  std::vector<std::int32_t> samples(dimension());
  fill_normal(RandomStream(seed_, "context noise"), index * dimension(), samples);
  const auto noise = static_cast<float>(3.0 / std::sqrt(double(dimension())) * sample_unit);
  for (std::size_t j = 0; j < dimension(); ++j) {
    context[j] = raise * static_cast<float>(values[j]) + noise * static_cast<float>(samples[j]);
  }
  const std::size_t rank = basis_.size() / dimension();
  samples.resize(rank);
  fill_normal(RandomStream(seed_, "contexts"), index * rank, samples);
  for (std::size_t t = 0; t < rank; ++t) {
    const auto c = static_cast<float>(11.0 * sample_unit * samples[t]);
    for (std::size_t j = 0; j < dimension(); ++j) {
      context[j] += c * basis_[t * dimension() + j];
    }
  }
}

std::unique_ptr<SyntheticClassifier> make_classifier(const ClassifierParams& params) {
  if (params.screener == ScreenerSource::declared) {
    return std::make_unique<DeclaredClassifier>(params);
  }
  return std::make_unique<LowRankClassifier>(params);
}

}  // namespace lacuna::workload
