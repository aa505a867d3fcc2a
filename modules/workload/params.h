// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/parameters.h"

namespace lacuna::workload {

enum class OutputKnob { int8, int16, int32 };
enum class MappingKnob { paper, best };
enum class ResidencyKnob { none, on_chip };
enum class AttentionKnob { include, exclude };
enum class WeightDistribution { gaussian, laplace };

/// The knobs of a workload: `workload:` in its file, or --set workload.<key>=<value>.
struct Params {
  std::uint32_t batch = 1;
  std::optional<std::uint32_t> length;
  std::optional<OutputKnob> output;
  MappingKnob mapping = MappingKnob::best;
  ResidencyKnob residency = ResidencyKnob::none;
  AttentionKnob attention = AttentionKnob::include;
  WeightDistribution weights = WeightDistribution::gaussian;
  double zero_fraction = 0.5;
  std::optional<double> activation_sigma;

  template <class Description>
  static void describe(Description& d) {
    d("batch", &Params::batch, "images or sequences at once; of networks only").range(1U, 4096U);
    d("length", &Params::length,
      "tokens of a sequence, where the network has one; its own if not given")
        .range(1U, 16384U);
    d("output", &Params::output,
      "what outputs are stored as; int8 is uint8 after a ReLU. int8 for networks and int32 for "
      "layers by hand if not given");
    d("mapping", &Params::mapping,
      "which positions the array's columns take at once: neighbours in one output row, or any of a "
      "tile");
    d("residency", &Params::residency,
      "none: every layer reads and writes memory; on_chip: activations and outputs that fit half "
      "of "
      "the activation buffer stay there between layers");
    d("attention", &Params::attention,
      "whether the products without offline weights (scores, contexts) run");
    d("weights", &Params::weights, "distribution of synthetic weights, per channel");
    d("zero_fraction", &Params::zero_fraction,
      "share of zeros in synthetic activations after a ReLU")
        .range(0.0, 1.0);
    d("activation_sigma", &Params::activation_sigma,
      "scale of synthetic activations in steps; 45.4 after a ReLU and 28 otherwise if not given")
        .range(0.01, 100000.0);
  }
};

}  // namespace lacuna::workload

template <>
struct lacuna::EnumNames<lacuna::workload::OutputKnob> {
  static std::vector<lacuna::EnumName<lacuna::workload::OutputKnob>> table() {
    using lacuna::workload::OutputKnob;
    return {{"int8", OutputKnob::int8}, {"int16", OutputKnob::int16}, {"int32", OutputKnob::int32}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::MappingKnob> {
  static std::vector<lacuna::EnumName<lacuna::workload::MappingKnob>> table() {
    using lacuna::workload::MappingKnob;
    return {{"paper", MappingKnob::paper}, {"best", MappingKnob::best}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::ResidencyKnob> {
  static std::vector<lacuna::EnumName<lacuna::workload::ResidencyKnob>> table() {
    using lacuna::workload::ResidencyKnob;
    return {{"none", ResidencyKnob::none}, {"on_chip", ResidencyKnob::on_chip}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::AttentionKnob> {
  static std::vector<lacuna::EnumName<lacuna::workload::AttentionKnob>> table() {
    using lacuna::workload::AttentionKnob;
    return {{"include", AttentionKnob::include}, {"exclude", AttentionKnob::exclude}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::workload::WeightDistribution> {
  static std::vector<lacuna::EnumName<lacuna::workload::WeightDistribution>> table() {
    using lacuna::workload::WeightDistribution;
    return {{"gaussian", WeightDistribution::gaussian}, {"laplace", WeightDistribution::laplace}};
  }
};
