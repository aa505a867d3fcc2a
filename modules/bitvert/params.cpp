// SPDX-License-Identifier: Apache-2.0
#include "bitvert/params.h"

#include "bitvert/signals.h"
#include "engine/array_system_params.h"

namespace lacuna::bitvert {

void BitvertParams::validate(Validation& check) const {
  engine::require_whole_words(check, "weight_buffer", weight_buffer, pe_array.rows);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, pe_array.rows);
  engine::require_whole_words(check, "activation_buffer", activation_buffer, pe_array.columns);
  engine::require_whole_words(check, "output_buffer", output_buffer, pe_array.columns);
  engine::require_whole_words(check, "scale_buffer", scale_buffer, 1);
  engine::require_whole_words(check, "index_buffer", index_buffer, 1);
}

ArrayOptions BitvertParams::array_options() const {
  ArrayOptions options;
  options.sub_group = pe_array.sub_group;
  options.accumulator_bits = pe_array.accumulator_bits;
  options.overheads = count.overheads;
  options.output_latency = pe_array.output_latency;
  options.transposer_latency = pe_array.transposer_latency;
  return options;
}

engine::TilePipelineParams BitvertParams::pipeline() const {
  engine::TilePipelineParams blocks;
  blocks.weight_buffer = {weight_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  blocks.metadata_buffer = {metadata_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  blocks.activation_buffer = {activation_buffer, pe_array.columns, engine::buffer_word_bits, {}};
  blocks.output_buffer = {output_buffer, pe_array.columns, engine::buffer_word_bits, {}};
  blocks.scale_buffer = {scale_buffer, 1, engine::buffer_word_bits, {}};
  blocks.index_buffer = {index_buffer, 1, engine::buffer_word_bits, {}};
  blocks.unshuffle_bytes = unshuffle_bytes;
  blocks.dma = dma;
  blocks.count = count;
  return blocks;
}

std::uint64_t BitvertParams::serial_lanes() const {
  return std::uint64_t{pe_array.rows} * pe_array.columns * lanes_per_pe;
}

std::uint64_t BitvertParams::sram_bits() const {
  const Bytes total = weight_buffer + metadata_buffer + index_buffer + activation_buffer +
                      output_buffer + scale_buffer;
  return total.value() * 8;
}

}  // namespace lacuna::bitvert
