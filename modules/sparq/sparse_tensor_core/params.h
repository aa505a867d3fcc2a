// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sparq/tensor_core/params.h"
#include "sparse/hss_format.h"

namespace lacuna::sparq {

/// Tensor Cores for weights of 2:4: a buffer of indices beside the weights', and layers that stay dense.
struct SparseTensorCoreParams : TensorCoreSystemParams {
  Bytes metadata_buffer = 256_KiB;
  std::vector<std::string> dense_layers;

  SparseTensorCoreParams() { pe_array.drain_columns = 16; }

  template <class Description>
  static void describe(Description& d) {
    describe_tensor_cores(d);
    d("metadata_buffer", &SparseTensorCoreParams::metadata_buffer,
      "indices of weights, both halves")
        .positive();
    d("dense_layers", &SparseTensorCoreParams::dense_layers,
      "layers whose weights are not pruned: names, in which * and ? stand for others");
  }
  void validate(Validation& check) const;

  engine::TilePipelineParams structured_blocks() const;
  std::uint64_t structured_buffer_bits() const {
    return buffer_bits() + metadata_buffer.value() * 8;
  }
  /// 2:4, or dense weights where a layer is not pruned.
  sparse::HssFormat format_of(const workload::Layer& layer) const;
};

}  // namespace lacuna::sparq
