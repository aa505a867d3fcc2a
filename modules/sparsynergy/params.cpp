// SPDX-License-Identifier: Apache-2.0
#include "sparsynergy/params.h"

#include "engine/array_system_params.h"

namespace lacuna::sparsynergy {
namespace {

/// Banks of the other buffers, 16 bytes a word: what an octet column's registers take in a clock.
constexpr unsigned operand_banks = 16;

}  // namespace

void SparsynergyParams::validate(Validation& check) const {
  check.require(octets() % pe_array.columns == 0, "pe_array.columns",
                "must divide the number of octets (cores x octets)");
  check.require(pe_array.feed_cores <= pe_array.cores, "pe_array.feed_cores",
                "must not exceed the number of cores");
  engine::require_whole_words(check, "weight_buffer", weight_buffer, weight_banks);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, weight_banks);
  engine::require_whole_words(check, "activation_buffer", activation_buffer, operand_banks);
  engine::require_whole_words(check, "output_buffer", output_buffer, operand_banks);
  engine::require_whole_words(check, "scale_buffer", scale_buffer, 1);
}

ArrayOptions SparsynergyParams::array_options() const {
  ArrayOptions options;
  options.numerics = pe_array.numerics;
  options.sum_bits = pe_array.partial_sum_bits;
  options.feed_interval = (pe_array.cores + pe_array.feed_cores - 1) / pe_array.feed_cores;
  options.sum_interval = pe_array.sum_interval;
  options.overheads = count.overheads;
  options.output_latency = pe_array.output_latency;
  options.turner_latency = pe_array.turner_latency;
  return options;
}

engine::TilePipelineParams SparsynergyParams::pipeline() const {
  engine::TilePipelineParams blocks;
  blocks.weight_buffer = {weight_buffer, weight_banks, engine::buffer_word_bits, {}};
  blocks.metadata_buffer = {metadata_buffer, weight_banks, engine::buffer_word_bits, {}};
  blocks.activation_buffer = {activation_buffer, operand_banks, engine::buffer_word_bits, {}};
  blocks.output_buffer = {output_buffer, operand_banks, engine::buffer_word_bits, {}};
  blocks.scale_buffer = {scale_buffer, 1, engine::buffer_word_bits, {}};
  blocks.index_buffer.capacity = Bytes(0);
  blocks.unshuffle_bytes = unshuffle_bytes;
  blocks.dma = dma;
  blocks.count = count;
  return blocks;
}

std::uint64_t SparsynergyParams::serial_lanes() const {
  return std::uint64_t{octets()} * octet_fedps * fedp_columns * lanes;
}

std::uint64_t SparsynergyParams::sram_bits() const {
  const Bytes total =
      weight_buffer + metadata_buffer + activation_buffer + output_buffer + scale_buffer;
  return total.value() * 8;
}

}  // namespace lacuna::sparsynergy
