// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/learner.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "core/blocks.h"
#include "core/error.h"
#include "sparse/screening/eigen_blocks.h"
#include "sparse/screening/int4.h"

namespace lacuna::sparse::screening {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatRows = Eigen::Map<const Floats>;
using Index = Eigen::Index;

constexpr std::size_t block_rows = 2048;  ///< of a classifier, in memory at once, a thread

std::size_t count_contexts(const TernaryProjection& projection, Span<const float> contexts) {
  if (contexts.empty() || contexts.size() % projection.columns() != 0) {
    throw model_error(
        fmt::format("{} values are no contexts of {}", contexts.size(), projection.columns()));
  }
  return contexts.size() / projection.columns();
}

/// P h of every context, in fixed point: [contexts, k].
std::vector<std::int32_t> project_all(const TernaryProjection& projection, int fraction_bits,
                                      Span<const float> contexts) {
  const std::size_t count = count_contexts(projection, contexts);
  std::vector<std::int32_t> projected(count * projection.rows());
  std::vector<std::int16_t> fixed(projection.columns());
  for (std::size_t i = 0; i < count; ++i) {
    quantize_context(contexts.subspan(i * projection.columns(), projection.columns()),
                     fraction_bits, fixed);
    projection.project(
        fixed, Span<std::int32_t>(projected).subspan(i * projection.rows(), projection.rows()));
  }
  return projected;
}

int choose_fraction_bits(Span<const float> contexts) {
  float largest = 0;
  for (const float value : contexts) {
    largest = std::max(largest, std::abs(value));
  }
  int bits = 30;
  while (bits > 0 && std::ldexp(double{largest}, bits) > 16383.0) {
    --bits;
  }
  return bits;
}

/// Counts of magnitudes in equal parts of 0 .. largest: what a quantization error is estimated from.
class Magnitudes {
 public:
  static constexpr std::size_t parts = 4096;

  explicit Magnitudes(double largest) : largest_(largest) {}

  void add(double magnitude) {
    const auto part = static_cast<std::size_t>(magnitude / largest_ * double{parts});
    ++counts_[std::min(part, parts - 1)];
  }
  /// Squared error of rounding to multiples of `step`, at most `greatest` of them.
  double error(double step, int greatest) const {
    double sum = 0;
    for (std::size_t part = 0; part < parts; ++part) {
      const double magnitude = (double(part) + 0.5) / double{parts} * largest_;
      const double steps = std::min(std::floor(magnitude / step + 0.5), double(greatest));
      const double error = magnitude - steps * step;
      sum += static_cast<double>(counts_[part]) * error * error;
    }
    return sum;
  }
  double best_step(int greatest) const {
    double best = largest_ / greatest;
    double least = error(best, greatest);
    for (int clip = 1; clip < 64; ++clip) {
      const double step = largest_ * clip / 64.0 / greatest;
      const double squares = error(step, greatest);
      if (squares < least) {
        least = squares;
        best = step;
      }
    }
    return best;
  }

 private:
  double largest_;
  std::array<std::uint64_t, parts> counts_{};
};

/// (H, 1) X^T (X X^T)^-1 without H's row of ones, [d, k + 1]; in front of it stand the rows of W.
Matrix least_squares_factor(const TernaryProjection& projection, int fraction_bits,
                            Span<const float> contexts) {
  const std::size_t count = count_contexts(projection, contexts);
  const auto k = static_cast<Index>(projection.rows());
  const std::vector<std::int32_t> projected = project_all(projection, fraction_bits, contexts);
  const double unit = std::ldexp(projection.scale(), -fraction_bits);
  Matrix x(static_cast<Index>(count), k + 1);
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < k; ++j) {
      x(i, j) = unit * projected[static_cast<std::size_t>(i * k + j)];
    }
    x(i, k) = 1;
  }
  const Matrix h = FloatRows(contexts.data(), static_cast<Index>(count),
                             static_cast<Index>(projection.columns()))
                       .cast<double>();
  Matrix squares = x.transpose() * x;
  const double mean = squares.diagonal().head(k).mean();
  squares.diagonal().head(k).array() += 1e-6 * mean + 1e-30;
  const Matrix mixed = x.transpose() * h;  // [k + 1, d]
  return squares.ldlt().solve(mixed).transpose();
}

}  // namespace

ScreenerRows Screener::rows() const {
  return {weights, int4_bytes(projection.rows()), projection.rows(), bias};
}

ContextFormat choose_context_format(const TernaryProjection& projection,
                                    Span<const float> contexts) {
  ContextFormat format;
  format.fraction_bits = choose_fraction_bits(contexts);
  const std::vector<std::int32_t> projected =
      project_all(projection, format.fraction_bits, contexts);
  double largest = 0;
  for (const std::int32_t value : projected) {
    largest = std::max(largest, std::abs(double(value)));
  }
  if (largest == 0) {
    return format;
  }
  Magnitudes magnitudes(largest);
  for (const std::int32_t value : projected) {
    magnitudes.add(std::abs(double(value)));
  }
  const double step = std::floor(magnitudes.best_step(int4_symmetric) + 0.5);
  format.step = static_cast<std::uint32_t>(std::max(1.0, step));
  return format;
}

double choose_weight_step(Span<const float> weights, int greatest) {
  double largest = 0;
  for (const float weight : weights) {
    largest = std::max(largest, std::abs(double{weight}));
  }
  if (largest == 0) {
    return 1;
  }
  Magnitudes magnitudes(largest);
  for (const float weight : weights) {
    magnitudes.add(std::abs(double{weight}));
  }
  return magnitudes.best_step(greatest);
}

RealScreener learn_screener(const LinearClassifier& classifier, const TernaryProjection& projection,
                            int fraction_bits, Span<const float> contexts, unsigned threads) {
  if (classifier.dimension != projection.columns() ||
      classifier.bias.size() != classifier.categories) {
    throw model_error(fmt::format(
        "a classifier of {} categories, {} biases and contexts of {} for a projection of {}",
        classifier.categories, classifier.bias.size(), classifier.dimension, projection.columns()));
  }
  fix_eigen_blocks();
  const Matrix factor = least_squares_factor(projection, fraction_bits, contexts);
  const auto d = static_cast<Index>(classifier.dimension);
  const auto k = static_cast<Index>(projection.rows());
  const Floats of_weights = factor.leftCols(k).cast<float>();
  const Eigen::VectorXf of_bias = factor.col(k).cast<float>();
  RealScreener screener;
  screener.weights.resize(classifier.categories * projection.rows());
  screener.bias.resize(classifier.categories);
  const auto learn_rows = [&](std::size_t first, std::size_t count) {
    const auto n = static_cast<Index>(count);
    std::vector<float> rows(count * classifier.dimension);
    classifier.weights(first, count, rows);
    const FloatRows w(rows.data(), n, d);
    Eigen::Map<Floats>(screener.weights.data() + first * projection.rows(), n, k).noalias() =
        w * of_weights;
    const Eigen::VectorXf shift = w * of_bias;
    for (std::size_t i = 0; i < count; ++i) {
      screener.bias[first + i] =
          double{classifier.bias[first + i]} + double{shift[static_cast<Index>(i)]};
    }
  };
  for_each_block(classifier.categories, block_rows, threads, learn_rows);
  return screener;
}

Screener quantize_screener(const RealScreener& real, const TernaryProjection& projection,
                           const ContextFormat& format, unsigned bits) {
  if (bits < 2 || bits > 4) {
    throw input_error({}, "bits", fmt::format("{} is out of range, expected 2 .. 4", bits));
  }
  const int greatest = (1 << (bits - 1)) - 1;
  Screener screener{projection, format, choose_weight_step(real.weights, greatest), {}, {}};
  const std::size_t length = projection.rows();
  const std::size_t bytes = int4_bytes(length);
  screener.weights.resize(real.bias.size() * bytes);
  screener.bias.resize(real.bias.size());
  const double worth = screener.worth();
  for (std::size_t row = 0; row < real.bias.size(); ++row) {
    quantize_weights(Span<const float>(real.weights).subspan(row * length, length),
                     screener.weight_step,
                     Span<std::uint8_t>(screener.weights).subspan(row * bytes, bytes), greatest);
    screener.bias[row] = quantize_bias(real.bias[row], worth);
  }
  return screener;
}

}  // namespace lacuna::sparse::screening
