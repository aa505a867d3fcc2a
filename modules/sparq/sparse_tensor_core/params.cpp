// SPDX-License-Identifier: Apache-2.0
#include "sparq/sparse_tensor_core/params.h"

#include <algorithm>

#include <fnmatch.h>

namespace lacuna::sparq {

void SparseTensorCoreParams::validate(Validation& check) const {
  validate_tensor_cores(check);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, pe_array.rows);
}

engine::TilePipelineParams SparseTensorCoreParams::structured_blocks() const {
  engine::TilePipelineParams blocks = this->blocks(pe_array);
  blocks.metadata_buffer = {metadata_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  return blocks;
}

sparse::HssFormat SparseTensorCoreParams::format_of(const workload::Layer& layer) const {
  const bool stays_dense =
      !layer.compress || layer.weight_storage != workload::WeightStorage::offline ||
      std::any_of(dense_layers.begin(), dense_layers.end(), [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), layer.name.c_str(), 0) == 0;
      });
  return stays_dense ? sparse::HssFormat{}
                     : sparse::HssFormat{{}, {selection_slots, selection_window}};
}

}  // namespace lacuna::sparq
