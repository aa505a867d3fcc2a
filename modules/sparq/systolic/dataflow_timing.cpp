// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/dataflow_timing.h"

#include <algorithm>

#include "core/rounding.h"

namespace lacuna::sparq {

DataflowCount count_dataflow(const MatrixProduct& product, std::uint64_t rows,
                             std::uint64_t columns, const DataflowOptions& options) {
  const std::uint64_t inputs = product.positions * product.reduction;
  const std::uint64_t filters = product.channels * product.reduction;
  const std::uint64_t outputs = product.positions * product.channels;
  DataflowCount count{0, inputs, filters, 0, outputs};
  std::uint64_t folds = 0;
  std::uint64_t stream = 0;  // clocks in which a fold's moving operands enter
  switch (options.dataflow) {
    case Dataflow::output_stationary:
      folds = ceil_div(product.positions, rows) * ceil_div(product.channels, columns);
      stream = product.reduction;
      count.input_reads *= ceil_div(product.channels, columns);
      count.filter_reads *= ceil_div(product.positions, rows);
      break;
    case Dataflow::weight_stationary:
      folds = ceil_div(product.reduction, rows) * ceil_div(product.channels, columns);
      stream = product.positions;
      count.input_reads *= ceil_div(product.channels, columns);
      break;
    case Dataflow::input_stationary:
      folds = ceil_div(product.reduction, rows) * ceil_div(product.positions, columns);
      stream = product.channels;
      count.filter_reads *= ceil_div(product.positions, columns);
      break;
  }
  if (options.dataflow != Dataflow::output_stationary) {
    const std::uint64_t parts = ceil_div(product.reduction, rows);
    count.sum_reads = outputs * (parts - 1);
    count.sum_writes = outputs * parts;
  }
  const std::uint64_t loading = options.dataflow == Dataflow::output_stationary ? 0 : rows;
  const std::uint64_t way = rows + columns - 2;
  count.cycles = options.overlap ? loading + (folds - 1) * std::max(stream, loading) + stream + way
                                 : folds * (loading + stream + way);
  count.cycles -= options.last_index ? 1 : 0;
  return count;
}

}  // namespace lacuna::sparq
