// SPDX-License-Identifier: Apache-2.0
#include "engine/array_system_params.h"

#include <fmt/format.h>

namespace lacuna::engine {

void require_whole_words(Validation& check, const char* name, Bytes capacity, unsigned banks) {
  const std::uint64_t unit = std::uint64_t{2} * banks * (buffer_word_bits / 8);
  check.require(capacity.value() % unit == 0, name,
                fmt::format("must be a multiple of {} B: whole {}-bit words in {} banks, twice",
                            unit, buffer_word_bits, banks));
}

void ArraySystemParams::validate_buffers(Validation& check, const ArrayParams& array) const {
  require_whole_words(check, "weight_buffer", weight_buffer, array.rows);
  require_whole_words(check, "activation_buffer", activation_buffer, array.columns);
  require_whole_words(check, "output_buffer", output_buffer, array.columns);
  require_whole_words(check, "scale_buffer", scale_buffer, 1);
}

TilePipelineParams ArraySystemParams::blocks(const ArrayParams& array) const {
  TilePipelineParams result;
  result.weight_buffer = {weight_buffer, array.rows, buffer_word_bits, {}};
  result.metadata_buffer.capacity = Bytes(0);
  result.activation_buffer = {activation_buffer, array.columns, buffer_word_bits, {}};
  result.output_buffer = {output_buffer, array.columns, buffer_word_bits, {}};
  result.scale_buffer = {scale_buffer, 1, buffer_word_bits, {}};
  result.index_buffer.capacity = Bytes(0);
  result.unshuffle_bytes = unshuffle_bytes;
  result.dma = dma;
  result.count = count;
  return result;
}

std::uint64_t ArraySystemParams::buffer_bits() const {
  const Bytes total = weight_buffer + activation_buffer + output_buffer + scale_buffer;
  return total.value() * 8;
}

}  // namespace lacuna::engine
