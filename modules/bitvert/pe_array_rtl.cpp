// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_rtl.h"

#include <utility>

namespace lacuna::bitvert {

RtlPeArray::RtlPeArray(const ArrayOptions& options, unsigned rows, unsigned columns)
    : RtlPeArray(options, columns,
                 engine::make_rtl_rows<RtlRow>(
                     "LACUNA_RTL_BITVERT", {{"columns", columns}, {"sub_group", options.sub_group}},
                     rows)) {}

RtlPeArray::RtlPeArray(const ArrayOptions& options, unsigned columns, engine::RtlRows<RtlRow> rows)
    : RtlArray(columns, lanes_per_pe), options_(options), feeder_(options), rtl_(std::move(rows)) {
  engine::require_rtl_options(options.overheads, options.accumulator_bits);
  attach(rtl_);
}

void RtlPeArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  reset(operands.geometry,
        operands.geometry.step.last_chunk ? options_.output_latency : partial_sum_latency,
        accumulators);
  probe_.emplace(rows());
  next_ = {{}, std::vector<FetchedColumn>(rows()), std::vector<PassOperands>(columns())};
}

ColumnTag RtlPeArray::fetch() {
  feeder_.fetch(next_);
  for (unsigned row = 0; row < rows(); ++row) {
    rtl_.rows[row]->put(next_.rows[row]);
    if (next_.tag.starts_pass) {
      rtl_.rows[row]->hold(next_.columns);
    }
  }
  return next_.tag;
}

void RtlPeArray::taken(const ColumnTag& tag) {
  for (unsigned row = 0; row < rows(); ++row) {
    probe_->observe(row, next_.rows[row], tag.ends_pass);
  }
  if (tag.ends_pass) {
    for (unsigned column = 0; column < tag.place.positions; ++column) {
      counted().effective_macs += probe_->effective(next_.columns[column], tag.place.channels);
    }
  }
}

}  // namespace lacuna::bitvert
