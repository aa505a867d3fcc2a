// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "baselines/tensor_core/params.h"
#include "sparse/hss_format.h"

namespace lacuna::baselines {

/// Tensor cores whose weights may be structured: a buffer of indices beside the weights', and layers that stay dense.
struct StructuredSystemParams : FragmentSystemParams {
  Bytes metadata_buffer;
  std::vector<std::string> dense_layers;

  template <class Description>
  static void describe_structured(Description& d) {
    describe_fragments(d);
    d("metadata_buffer", &StructuredSystemParams::metadata_buffer,
      "indices of weights, both halves")
        .positive();
    d("dense_layers", &StructuredSystemParams::dense_layers,
      "layers whose weights are not pruned: names, in which * and ? stand for others");
  }
  void validate_structured(Validation& check) const;

  engine::TilePipelineParams structured_blocks() const;
  std::uint64_t structured_buffer_bits() const {
    return buffer_bits() + metadata_buffer.value() * 8;
  }
  /// Whether a layer's weights may be pruned.
  bool prunes(const std::string& layer) const;
};

/// "G:H" of a parameter, for its validation; the ratio 1:1 when it is none.
sparse::KeepRatio checked_ratio(Validation& check, const char* name, const std::string& text);

}  // namespace lacuna::baselines
