// SPDX-License-Identifier: Apache-2.0
#include "baselines/stripes/array_rtl.h"

#include <utility>

namespace lacuna::baselines {

RtlStripesArray::RtlStripesArray(const engine::ArrayOptions& options, unsigned rows,
                                 unsigned columns)
    : RtlStripesArray(
          options, columns,
          engine::make_rtl_rows<StripesRow>("LACUNA_RTL_STRIPES", {{"columns", columns}}, rows)) {}

RtlStripesArray::RtlStripesArray(const engine::ArrayOptions& options, unsigned columns,
                                 engine::RtlRows<StripesRow> rows)
    : RtlArray(columns, stripes_lanes), options_(options), feeder_(options), rtl_(std::move(rows)) {
  engine::require_rtl_options(options.overheads, options.accumulator_bits);
  attach(rtl_);
}

void RtlStripesArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  reset(operands.geometry,
        operands.geometry.step.last_chunk ? options_.output_latency : engine::partial_sum_latency,
        accumulators);
  next_ = {{}, 0, std::vector<StripesWeights>(rows()), std::vector<StripesOperands>(columns())};
}

engine::ColumnTag RtlStripesArray::fetch() {
  feeder_.fetch(next_);
  if (next_.tag.starts_pass) {
    for (unsigned row = 0; row < rows(); ++row) {
      rtl_.rows[row]->hold(next_.rows[row], next_.columns);
    }
    counted().effective_macs += effective_products(next_);
  }
  return next_.tag;
}

}  // namespace lacuna::baselines
