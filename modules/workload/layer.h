// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/tensor.h"
#include "reference/convolution.h"
#include "workload/layer_shape.h"
#include "workload/params.h"

namespace lacuna::workload {

enum class LayerKind {
  convolution,
  gemm,       ///< activations [M, K], weights [N, K]
  attention,  ///< a product of two activations: one GEMM a head, heads are convolution groups
};

enum class WeightStorage {
  offline,  ///< known before the run; an encoder may pack them
  dynamic,  ///< computed at run time: rows [channels, elements], as keys are for the scores
  dynamic_transposed,  ///< the same, stored [elements, channels], as values are for the contexts
};

enum class ActivationDistribution {
  half_normal,  ///< uint8, after a ReLU: zeros, and magnitudes of a normal
  normal,       ///< int8
  softmax,      ///< uint8 probabilities: every row of a head adds up to about 255
};

/// Where activations come from: a file, or a distribution.
struct ActivationSource {
  std::shared_ptr<const Tensor> given;
  ActivationDistribution distribution = ActivationDistribution::half_normal;
  double zero_fraction = 0.5;
  double sigma = 45.4;  ///< in quantization steps
};

/// Where weights come from: a file, or a distribution; and what one step of a channel is worth.
struct WeightSource {
  std::shared_ptr<const Tensor> given;
  std::shared_ptr<const Tensor>
      scales;  ///< float32 [N], positive; otherwise 1 for given weights, drawn for synthetic ones
  WeightDistribution distribution = WeightDistribution::gaussian;
};

/// Where biases come from.
struct BiasSource {
  std::shared_ptr<const Tensor> given;  ///< int32 [N]
  bool drawn = false;
};

/// One layer that an accelerator runs: geometry, operands, and what happens to its sums.
struct Layer {
  std::string name;
  LayerKind kind = LayerKind::convolution;
  LayerShape shape;
  ActivationSource activations;
  WeightSource weights;
  WeightStorage weight_storage = WeightStorage::offline;
  BiasSource bias;
  bool compress = true;  ///< an encoder may change the weights; otherwise they run as they are
  bool relu = false;     ///< fused at the output
  DataType output =
      DataType::int8;  ///< resolved: uint8 for int8 after a ReLU; int32 is not requantized
  Place place;         ///< of the layer in the workload file

  bool requantize() const { return output != DataType::int32; }
};

/// The sigma of post-ReLU activations for which 0.5 % of the non-zero ones reach bit 7, the share
/// measured on ResNet-18 [papers/NETWORKS §6]: P(|z| >= 127.5 / sigma) = 0.005.
inline constexpr double relu_sigma = 45.4;
/// Of signed activations.
inline constexpr double signed_sigma = 28.0;

DataType activation_type(const Layer& layer);     ///< uint8 or int8
reference::Layout layout_of(const Layer& layer);  ///< of activations and outputs

/// Shapes of the tensors in user order: [N, C, H, W] and [N, C, kh, kw] for convolutions; [M, K],
/// [N, K] and [M, N] otherwise, with the heads of attention side by side in K of the activations
/// and in N.
Shape activation_shape(const Layer& layer);
Shape weight_shape(const Layer& layer);
Shape output_shape(const Layer& layer);

/// The same geometry for the reference kernels.
reference::Convolution reference_shape(const LayerShape& shape);

/// What is wrong with a geometry, in words; empty when it can be computed. Every dimension is 1 ..
/// 2^20, every tensor at most 2^31 elements, the kernel fits the padded input, channels divide into
/// groups.
std::vector<std::string> problems_of(const LayerShape& shape);

inline constexpr std::uint64_t largest_dimension = std::uint64_t{1} << 20;
inline constexpr std::uint64_t most_elements = std::uint64_t{1} << 31;

}  // namespace lacuna::workload
