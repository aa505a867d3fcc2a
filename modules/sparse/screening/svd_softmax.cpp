// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/svd_softmax.h"

#include <algorithm>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "core/error.h"
#include "sparse/screening/eigen_blocks.h"
#include "sparse/screening/executor.h"

namespace lacuna::sparse::screening {
namespace {

using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatRows = Eigen::Map<const Floats>;
using Index = Eigen::Index;

constexpr std::size_t block_rows = 1024;

Index as_index(std::size_t size) {
  return static_cast<Index>(size);
}

}  // namespace

SvdBasis make_svd_basis(const LinearClassifier& classifier, std::size_t width,
                        std::size_t sample_rows) {
  const std::size_t d = classifier.dimension;
  if (width == 0 || width > d || sample_rows == 0) {
    throw input_error({}, "svd_width",
                      fmt::format("{} is out of range, expected 1 .. {}", width, d));
  }
  fix_eigen_blocks();
  const std::size_t sampled = std::min(sample_rows, classifier.categories);
  Eigen::MatrixXd squares = Eigen::MatrixXd::Zero(as_index(d), as_index(d));
  Floats rows(as_index(std::min(block_rows, sampled)), as_index(d));
  for (std::size_t first = 0; first < sampled; first += block_rows) {
    const std::size_t count = std::min(block_rows, sampled - first);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = (first + i) * classifier.categories / sampled;
      classifier.weights(row, 1, {rows.data() + i * d, d});
    }
    const Eigen::MatrixXd block = rows.topRows(as_index(count)).cast<double>().transpose();
    squares.selfadjointView<Eigen::Lower>().rankUpdate(block);
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(squares);
  SvdBasis basis{d, width, std::vector<float>(d * width)};
  for (std::size_t w = 0; w < width; ++w) {
    const auto column = solver.eigenvectors().col(as_index(d - 1 - w));  // ascending eigenvalues
    for (std::size_t j = 0; j < d; ++j) {
      basis.vectors[j * width + w] = static_cast<float>(column(as_index(j)));
    }
  }
  return basis;
}

void preview_weights(const SvdBasis& basis, Span<const float> weights, Span<float> preview) {
  const std::size_t count = weights.size() / basis.dimension;
  if (weights.size() != count * basis.dimension || preview.size() != count * basis.width) {
    throw model_error(fmt::format("a preview of {} weights in {}", weights.size(), preview.size()));
  }
  const FloatRows rows(weights.data(), as_index(count), as_index(basis.dimension));
  const FloatRows vectors(basis.vectors.data(), as_index(basis.dimension), as_index(basis.width));
  Eigen::Map<Floats>(preview.data(), as_index(count), as_index(basis.width)).noalias() =
      rows * vectors;
}

void preview_context(const SvdBasis& basis, Span<const float> context, Span<float> preview) {
  preview_weights(basis, context, preview);
}

void preview_outputs(Span<const float> preview_rows, Span<const float> preview_context,
                     Span<const float> bias, Span<float> outputs) {
  const std::size_t width = preview_context.size();
  if (preview_rows.size() != bias.size() * width || outputs.size() != bias.size()) {
    throw model_error(
        fmt::format("previews of {} rows in {} outputs", bias.size(), outputs.size()));
  }
  for (std::size_t row = 0; row < bias.size(); ++row) {
    outputs[row] =
        accurate_result(preview_rows.subspan(row * width, width), preview_context, bias[row]);
  }
}

}  // namespace lacuna::sparse::screening
