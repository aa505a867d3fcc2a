// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes_params.h"

#include <fmt/format.h>

#include "baselines/stripes_pe.h"

namespace lacuna::baselines {

namespace {

constexpr unsigned word_bits = 128;

/// Both halves of a buffer hold whole words in every bank.
void require_whole_words(Validation& check, const char* name, Bytes capacity, unsigned banks) {
  const std::uint64_t unit = std::uint64_t{2} * banks * (word_bits / 8);
  check.require(capacity.value() % unit == 0, name,
                fmt::format("must be a multiple of {} B: whole 128-bit words in {} banks, twice",
                            unit, banks));
}

}  // namespace

void StripesParams::validate(Validation& check) const {
  require_whole_words(check, "weight_buffer", weight_buffer, pe_array.rows);
  require_whole_words(check, "activation_buffer", activation_buffer, pe_array.columns);
  require_whole_words(check, "output_buffer", output_buffer, pe_array.columns);
  require_whole_words(check, "scale_buffer", scale_buffer, 1);
}

StripesOptions StripesParams::array_options() const {
  StripesOptions options;
  options.accumulator_bits = pe_array.accumulator_bits;
  options.overheads = count.overheads;
  options.output_latency = pe_array.output_latency;
  options.turner_latency = pe_array.turner_latency;
  return options;
}

engine::TilePipelineParams StripesParams::pipeline() const {
  engine::TilePipelineParams blocks;
  blocks.weight_buffer = {weight_buffer, pe_array.rows, word_bits, {}};
  blocks.metadata_buffer.capacity = Bytes(0);
  blocks.activation_buffer = {activation_buffer, pe_array.columns, word_bits, {}};
  blocks.output_buffer = {output_buffer, pe_array.columns, word_bits, {}};
  blocks.scale_buffer = {scale_buffer, 1, word_bits, {}};
  blocks.index_buffer.capacity = Bytes(0);
  blocks.unshuffle_bytes = unshuffle_bytes;
  blocks.dma = dma;
  blocks.count = count;
  return blocks;
}

std::uint64_t StripesParams::serial_lanes() const {
  return std::uint64_t{pe_array.rows} * pe_array.columns * stripes_lanes;
}

std::uint64_t StripesParams::sram_bits() const {
  const Bytes total = weight_buffer + activation_buffer + output_buffer + scale_buffer;
  return total.value() * 8;
}

}  // namespace lacuna::baselines
