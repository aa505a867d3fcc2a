// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document.h"
#include "workload/layer.h"

namespace lacuna::workload {

enum class HandType { conv, gemm };
enum class ActivationType { uint8, int8 };

/// `activations:` of a layer by hand: a file, or a shape to fill.
struct HandActivations {
  std::optional<std::string> npy;
  std::vector<std::uint64_t> shape;
  std::optional<ActivationType> type;
  std::optional<double> zero_fraction;
  std::optional<double> sigma;

  template <class Description>
  static void describe(Description& d) {
    d("npy", &HandActivations::npy,
      "file with uint8 or int8 [M, K] or [N, C, H, W], relative to the workload file");
    d("shape", &HandActivations::shape, "shape of synthetic activations instead")
        .range(1U, largest_dimension);
    d("type", &HandActivations::type, "uint8, as after a ReLU, or int8; uint8 if not given");
    d("zero_fraction", &HandActivations::zero_fraction,
      "share of zeros (uint8); workload.zero_fraction if not given")
        .range(0.0, 1.0);
    d("sigma", &HandActivations::sigma, "scale in steps; workload.activation_sigma if not given")
        .range(0.01, 100000.0);
  }
  void validate(Validation& check) const;
};

/// `weights:` of a layer by hand.
struct HandWeights {
  std::optional<std::string> npy;
  std::vector<std::uint64_t> shape;
  std::optional<WeightDistribution> distribution;

  template <class Description>
  static void describe(Description& d) {
    d("npy", &HandWeights::npy,
      "file with int8 [N, K] or [N, C, kh, kw], relative to the workload file");
    d("shape", &HandWeights::shape, "shape of synthetic weights instead")
        .range(1U, largest_dimension);
    d("distribution", &HandWeights::distribution,
      "of synthetic weights; workload.weights if not given");
  }
  void validate(Validation& check) const;
};

/// A tensor that can only come from a file.
struct HandFile {
  std::string npy;

  template <class Description>
  static void describe(Description& d) {
    d("npy", &HandFile::npy, "file, relative to the workload file").required();
  }
};

/// One entry of `layers:`.
struct HandLayer {
  std::string name;
  HandType type = HandType::gemm;
  HandActivations activations;
  HandWeights weights;
  std::optional<HandFile> scale;
  std::optional<HandFile> bias;
  bool relu = false;
  bool compress = false;
  std::optional<OutputKnob> output;
  Node stride;
  Node padding;
  Node dilation;
  std::uint32_t groups = 1;

  template <class Description>
  static void describe(Description& d) {
    d("name", &HandLayer::name, "letters, digits, '.', '_' and '-'; outputs are stored under it")
        .required();
    d("type", &HandLayer::type, "convolution or matrix product").required();
    d("activations", &HandLayer::activations, "left operand").required();
    d("weights", &HandLayer::weights, "right operand").required();
    d("scale", &HandLayer::scale,
      "float32 [N]: worth of one weight step, by which channels are ranked");
    d("bias", &HandLayer::bias, "int32 [N], added to the sums");
    d("relu", &HandLayer::relu, "negative outputs become zero");
    d("compress", &HandLayer::compress, "whether the accelerator's encoder may change the weights");
    d("output", &HandLayer::output,
      "what outputs are stored as; workload.output, else int32, if not given");
    d("stride", &HandLayer::stride,
      "of a convolution: one number, or [vertical, horizontal]; 1 if not given");
    d("padding", &HandLayer::padding,
      "of a convolution: one number, [vertical, horizontal], or [top, left, bottom, right]; 0 if "
      "not given");
    d("dilation", &HandLayer::dilation,
      "of a convolution: one number, or [vertical, horizontal]; 1 if not given");
    d("groups", &HandLayer::groups, "convolution groups").range(1U, 1U << 20);
  }
  void validate(Validation& check) const;
};

/// Reads `layers:`; files are looked up relative to the workload file they are named in, or to
/// `directory`. What is wrong lands in `diagnostics`.
std::vector<Layer> read_hand_layers(const Node& node, const std::string& path,
                                    const std::string& directory, const Params& knobs,
                                    Diagnostics& diagnostics);

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::HandType> {
  static std::vector<lacuna::EnumName<lacuna::workload::HandType>> table() {
    using lacuna::workload::HandType;
    return {{"conv", HandType::conv}, {"gemm", HandType::gemm}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::ActivationType> {
  static std::vector<lacuna::EnumName<lacuna::workload::ActivationType>> table() {
    using lacuna::workload::ActivationType;
    return {{"uint8", ActivationType::uint8}, {"int8", ActivationType::int8}};
  }
};
