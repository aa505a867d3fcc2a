// SPDX-License-Identifier: Apache-2.0
#include "platform/activation_loss.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "platform/sparq_format_name.h"
#include "sparse/sparq_tensor.h"

namespace lacuna::platform {
namespace {

constexpr std::size_t activations = 1 << 18;
constexpr std::uint64_t seed = 1;

/// Each bit set by itself as often as the study says; what comes out as zero is drawn again, so that the share of
/// zeros holds.
std::vector<std::uint8_t> synthetic_activations(const ActivationLossStudy& study) {
  const RandomStream random(seed, "activation loss");
  const auto happens = [](std::uint32_t word, double share) {
    return word < static_cast<std::uint64_t>(std::llround(std::ldexp(share, 32)));
  };
  std::vector<std::uint8_t> values(activations, 0);
  std::vector<std::uint32_t> words(study.bits.size() + 1);
  std::uint64_t next = 0;
  for (std::uint8_t& value : values) {
    random.fill(next, words);
    next += words.size();
    const bool zero = happens(words.back(), study.zeros);
    while (!zero && value == 0) {
      for (std::size_t bit = 0; bit < study.bits.size(); ++bit) {
        value = static_cast<std::uint8_t>(value | (happens(words[bit], study.bits[bit]) ? 1u : 0u)
                                                      << bit);
      }
      random.fill(next, words);
      next += words.size();
    }
  }
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

/// Mean ranks from 0 up.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) {
    const auto less =
        std::count_if(values.begin(), values.end(), [&](double v) { return v < value; });
    const auto equal = std::count(values.begin(), values.end(), value);
    result.push_back(static_cast<double>(less) + static_cast<double>(equal - 1) / 2);
  }
  return result;
}

}  // namespace

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> x = ranks(a);
  const std::vector<double> y = ranks(b);
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return xx == 0 || yy == 0 ? 0 : xy / std::sqrt(xx * yy);
}

ActivationLossResult measure_activation_loss(const ActivationLossStudy& study) {
  const std::vector<std::uint8_t> values = synthetic_activations(study);
  ActivationLossResult result;
  std::vector<double> errors;
  std::vector<double> mean_losses;
  std::vector<std::vector<double>> losses(study.networks.size());
  for (const auto& [name, changes] : study.changes) {
    const sparse::SparqFormat format = parse_sparq_format(name);
    const sparse::SparqTensor tensor = sparse::encode_sparq(values, 1, format);
    const std::vector<std::uint8_t> decoded = sparse::decode_sparq(tensor);
    std::uint64_t power = 0;
    std::uint64_t error = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int difference = int{values[i]} - int{decoded[i]};
      power += std::uint64_t{values[i]} * values[i];
      error += static_cast<std::uint64_t>(difference * difference);
    }
    const double ratio =
        static_cast<double>(power) / static_cast<double>(std::max<std::uint64_t>(error, 1));
    result.formats.push_back({sparse::name_of(format), 10 * std::log10(ratio),
                              tensor.sizes().bits_per_activation(), mean(changes)});
    errors.push_back(static_cast<double>(error));
    mean_losses.push_back(-mean(changes));
    for (std::size_t i = 0; i < losses.size(); ++i) {
      losses[i].push_back(-changes[i]);
    }
  }
  for (const std::vector<double>& network : losses) {
    result.rank_correlations.push_back(rank_correlation(errors, network));
  }
  result.mean_rank_correlation = rank_correlation(errors, mean_losses);
  return result;
}

}  // namespace lacuna::platform
