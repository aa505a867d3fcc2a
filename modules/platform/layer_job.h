// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "engine/accelerator.h"
#include "platform/platform.h"
#include "workload/calibration.h"
#include "workload/layer.h"
#include "workload/quality.h"
#include "workload/tensors.h"

namespace lacuna::platform {

/// A layer with everything that its job reads from memory, and what its outputs must be made from.
struct LayerJob {
  const workload::Layer* layer = nullptr;
  Tensor activations;  ///< in user order
  Tensor bias;
  Tensor decoded_weights;           ///< int16: what the encoder promised
  reference::DotProducts products;  ///< what the machine's sums are
  workload::Requantization requantization;
  engine::JobDescriptor job;
  std::uint64_t descriptor_address = 0;
  std::uint64_t output_bytes = 0;
  std::vector<engine::MemoryImage> images;
  std::uint64_t weight_bytes = 0;            ///< as stored, metadata included
  std::optional<workload::Quality> quality;  ///< where asked for, of layers with weights to encode
};

/// What the knobs of a workload ask of the preparation.
struct JobOptions {
  engine::PositionSpread spread = engine::PositionSpread::any;
  double memory_bytes_per_cycle = 16;
  bool on_chip = false;
  std::uint64_t seed = 1;
  bool quality = false;  ///< measure what the encoder lost
};

/// Makes a layer's tensors, packs its weights for the accelerator, calibrates, and lays everything out in memory.
/// Touches no simulation state: several layers may be prepared at once.
LayerJob prepare_layer(const AcceleratorSite& site, const workload::Layer& layer,
                       const JobOptions& options);

/// A layer's outputs in user order from their bytes in memory, [batch, rows, columns, channels].
Tensor output_tensor(const LayerJob& job, Span<const std::uint8_t> bytes);

/// What the outputs must be, bit for bit.
Tensor expected_tensor(const LayerJob& job);

/// "layer 'conv1', tile 3 (channels 32..63, rows 0..13, columns 0..13), element [0, 40, 2, 1]: expected 3, got 7 ..."; empty when
/// all elements agree.
std::string describe_mismatch(const LayerJob& job, const Tensor& expected, const Tensor& actual);

/// "64 channels x 8x56 positions x 18 groups, channels outer", for reports.
std::string describe_mapping(const engine::JobDescriptor& job);

}  // namespace lacuna::platform
