// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/params.h"

namespace lacuna::sparq {

void SystolicParams::validate(Validation& check) const {
  validate_buffers(check, pe_array);
  check.require(
      pe_array.counted_clocks != CountedClocks::last_index || pe_array.rows + pe_array.columns > 2,
      "pe_array.counted_clocks", "an array of one PE has no clock to leave out");
  if (dataflow == Dataflow::output_stationary) {
    return;
  }
  if (dataflow == Dataflow::weight_stationary) {
    engine::require_whole_words(check, "weight_buffer", weight_buffer, pe_array.columns);
    engine::require_whole_words(check, "activation_buffer", activation_buffer, pe_array.rows);
  }
  const std::string in_dataflow = " in dataflow " + name_of_value(dataflow);
  check.require(pe == PeKind::dense, "dataflow",
                "PEs of kind " + name_of_value(pe) +
                    " keep outputs: expected output_stationary, or pe: dense");
  const engine::ArrayBody model = pe_array.model;
  check.require(model == engine::ArrayBody::fast || model == engine::ArrayBody::detailed,
                "pe_array.model",
                "rows in SystemVerilog keep outputs: expected fast or detailed" + in_dataflow);
  check.require(pe_array.accumulator_bits == 32, "pe_array.accumulator_bits",
                "sums wait as int32 in the output buffer: expected 32" + in_dataflow);
}

engine::TilePipelineParams SystolicParams::buffers() const {
  engine::TilePipelineParams result = blocks(pe_array);
  if (dataflow == Dataflow::weight_stationary) {
    result.weight_buffer.banks = pe_array.columns;
    result.activation_buffer.banks = pe_array.rows;
  }
  return result;
}

SystolicOptions SystolicParams::options() const {
  return {pe_array.options(count),
          pe,
          sparq.format(),
          pe_array.skew,
          pe_array.drain_columns,
          pe_array.trimmers,
          dataflow,
          pe_array.counted_clocks};
}

}  // namespace lacuna::sparq
