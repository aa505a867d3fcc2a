// SPDX-License-Identifier: Apache-2.0
#include "baselines/ant/params.h"

#include <algorithm>

#include <fnmatch.h>

#include "baselines/ant/pe.h"

namespace lacuna::baselines {

void AntParams::validate(Validation& check) const {
  validate_buffers(check, pe_array);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, pe_array.rows);
}

sparse::AdaptiveOptions AntParams::options_of(const std::string& layer, bool compress) const {
  const bool stays = std::any_of(compression.int8_layers.begin(), compression.int8_layers.end(),
                                 [&layer](const std::string& pattern) {
                                   return fnmatch(pattern.c_str(), layer.c_str(), 0) == 0;
                                 });
  if (stays || !compress) {
    return {8, sparse::TypeChoice::integer, sparse::TypeScope::tensor};
  }
  return {compression.bits, compression.type, compression.scope};
}

engine::TilePipelineParams AntParams::pipeline() const {
  engine::TilePipelineParams result = blocks(pe_array);
  result.metadata_buffer = {metadata_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  return result;
}

std::uint64_t AntParams::lanes() const {
  return std::uint64_t{pe_array.rows} * pe_array.columns * ant_lanes;
}

}  // namespace lacuna::baselines
