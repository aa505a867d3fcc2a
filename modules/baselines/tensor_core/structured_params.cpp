// SPDX-License-Identifier: Apache-2.0
#include "baselines/tensor_core/structured_params.h"

#include <algorithm>

#include <fnmatch.h>

#include "core/error.h"

namespace lacuna::baselines {

void StructuredSystemParams::validate_structured(Validation& check) const {
  validate_buffers(check, pe_array);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, pe_array.rows);
}

engine::TilePipelineParams StructuredSystemParams::structured_blocks() const {
  engine::TilePipelineParams blocks = this->blocks(pe_array);
  blocks.metadata_buffer = {metadata_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  return blocks;
}

bool StructuredSystemParams::prunes(const std::string& layer) const {
  return std::none_of(dense_layers.begin(), dense_layers.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), layer.c_str(), 0) == 0;
  });
}

sparse::KeepRatio checked_ratio(Validation& check, const char* name, const std::string& text) {
  try {
    return sparse::parse_keep_ratio(text, name);
  } catch (const Error&) {
    check.require(false, name, "expected G:H, such as 2:4, with G from 1 to H and H up to 16");
    return {};
  }
}

}  // namespace lacuna::baselines
