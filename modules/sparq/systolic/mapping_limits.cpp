// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/mapping_limits.h"

namespace lacuna::sparq {

engine::MapperLimits limits_in_dataflow(engine::MapperLimits limits, const SystolicParams& params,
                                        const workload::LayerShape& shape) {
  if (params.dataflow == Dataflow::output_stationary) {
    return limits;
  }
  if (params.dataflow == Dataflow::weight_stationary) {
    limits.array_rows = params.pe_array.columns;
  }
  const SystolicArrayParams& array = params.pe_array;
  const double way = array.rows + array.columns - 2;
  limits.folds.elements = array.rows;
  limits.folds.weights_stay = params.dataflow == Dataflow::weight_stationary;
  if (array.skew == Skew::array_tile) {
    limits.folds.clocks = array.rows + way;
  } else {
    limits.folds.step_clocks = array.rows + (array.skew == Skew::tile_step ? way : 0);
  }
  limits.sums_in_buffer = shape.reduction() > params.pe_array.rows;
  return limits;
}

engine::PassPace pace_in_dataflow(const SystolicParams& params, bool reduced) {
  const SystolicArrayParams& array = params.pe_array;
  switch (params.dataflow) {
    case Dataflow::weight_stationary:
      return {array.rows, array.columns};
    case Dataflow::input_stationary:
      return {array.rows, array.rows};
    case Dataflow::output_stationary:
      break;
  }
  const PassRule rule = pass_rule(params.options(), reduced);
  return {rule.elements, rule.clocks(array.columns)};
}

}  // namespace lacuna::sparq
