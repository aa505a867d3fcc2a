// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/span.h"
#include "core/tensor.h"
#include "reference/dot_products.h"
#include "workload/layer.h"

namespace lacuna::workload {

/// What an encoder's loss does to a layer, on its own tensors. A stand-in for accuracy, which needs trained weights and a
/// data set: weights and activations here are mostly synthetic.
struct Quality {
  /// Power of the real-valued weights over that of their error, in dB; nothing where none is lost.
  std::optional<double> weight_sqnr_db;
  /// KL(softmax(decoded) || softmax(original)) of each channel's real-valued weights in nats, mean over channels; the
  /// measure by which BBS chooses its method, computed as its authors do.
  double weight_kl = 0;
  /// The same ratio for the layer's real-valued sums, at some output pixels.
  std::optional<double> output_sqnr_db;
  /// Share of those pixels whose largest channel stays the largest.
  double top1_agreement = 1;
};

/// @param weights  int8, before the encoder, in user order
/// @param scales   float32 [N]: worth of one step of each channel
/// @param decoded  what the encoder promised, in the same order
/// @param products what the machine's sums are: it may lose something of activations, too
Quality measure_quality(const Layer& layer, const Tensor& activations, const Tensor& weights,
                        const Tensor& scales, Span<const std::int16_t> decoded, std::uint64_t seed,
                        const reference::DotProducts& products = reference::dot_products);

}  // namespace lacuna::workload
