// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/params.h"

namespace lacuna::baselines {

void BitwaveParams::validate(Validation& check) const {
  validate_buffers(check, pe_array);
  engine::require_whole_words(check, "metadata_buffer", metadata_buffer, pe_array.rows);
  check.require(
      pe_array.dataflow != Dataflow::bitwave || (pe_array.rows == 32 && pe_array.columns == 16),
      "pe_array.dataflow", "bitwave: its shapes are those of 32 x 16 PEs");
  check.require(pe_array.dataflow != Dataflow::accumulate || pe_array.rows % 4 == 0,
                "pe_array.rows", "must be a multiple of 4, for four PEs a dot product");
}

BitwaveRule BitwaveParams::rule() const {
  return {pe_array.sign_column, array_shapes(pe_array.dataflow, pe_array.rows, pe_array.columns)};
}

engine::TilePipelineParams BitwaveParams::pipeline() const {
  engine::TilePipelineParams result = blocks(pe_array);
  result.metadata_buffer = {metadata_buffer, pe_array.rows, engine::buffer_word_bits, {}};
  return result;
}

}  // namespace lacuna::baselines
