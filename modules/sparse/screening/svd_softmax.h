// SPDX-License-Identifier: Apache-2.0
//
// SVD-softmax [Shim et al., NIPS'17], the software rival: with W = U S V^T, the first columns of
// U S V^T V = W V and of V^T h give a preview of all outputs, and the best of them are completed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparse/screening/learner.h"

namespace lacuna::sparse::screening {

/// The first `width` right singular vectors of W, those of its largest singular values.
struct SvdBasis {
  std::size_t dimension = 0;
  std::size_t width = 0;
  std::vector<float> vectors;  ///< [dimension, width], columns of length 1
};

/// From the eigenvectors of W^T W.
/// @param sample_rows  at most so many rows stand for all of them, evenly spread
SvdBasis make_svd_basis(const LinearClassifier& classifier, std::size_t width,
                        std::size_t sample_rows = 65536);

/// The preview's part of rows: weights times basis.
/// @param weights  [rows, dimension]
/// @param preview  [rows, width]
void preview_weights(const SvdBasis& basis, Span<const float> weights, Span<float> preview);

/// The preview's part of a context: V^T h.
void preview_context(const SvdBasis& basis, Span<const float> context, Span<float> preview);

/// Preview outputs: preview rows times the preview of one context, plus the bias.
void preview_outputs(Span<const float> preview_rows, Span<const float> preview_context,
                     Span<const float> bias, Span<float> outputs);

}  // namespace lacuna::sparse::screening
