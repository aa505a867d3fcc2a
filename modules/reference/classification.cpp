// SPDX-License-Identifier: Apache-2.0
#include "reference/classification.h"

#include <algorithm>
#include <cmath>

namespace lacuna::reference {

void classify(Span<const float> weights, Span<const float> context, Span<const float> bias,
              Span<double> outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < context.size(); ++j) {
      sum += double{weights[i * context.size() + j]} * double{context[j]};
    }
    outputs[i] = sum + double{bias[i]};
  }
}

void softmax(Span<const double> values, Span<double> probabilities) {
  if (values.empty()) {
    return;
  }
  const double greatest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    probabilities[i] = std::exp(values[i] - greatest);
    sum += probabilities[i];
  }
  for (double& probability : probabilities) {
    probability /= sum;
  }
}

void sigmoid(Span<const double> values, Span<double> probabilities) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    probabilities[i] = 1.0 / (1.0 + std::exp(-values[i]));
  }
}

double float_error_bound(Span<const float> weights, Span<const float> context, float bias) {
  const double roundings = double(weights.size()) + 1;
  const double unit = std::ldexp(1.0, -24);
  double magnitudes = std::abs(double{bias});
  for (std::size_t j = 0; j < weights.size(); ++j) {
    magnitudes += std::abs(double{weights[j]} * double{context[j]});
  }
  return roundings * unit / (1 - roundings * unit) * magnitudes;
}

}  // namespace lacuna::reference
