// SPDX-License-Identifier: Apache-2.0
#include "baselines/bitwave/dataflow.h"

#include <fmt/format.h>

#include "core/error.h"

namespace lacuna::baselines {

std::vector<ArrayShape> array_shapes(Dataflow dataflow, std::uint32_t rows, std::uint32_t columns) {
  switch (dataflow) {
    case Dataflow::fixed:
      return {{8, rows, columns}};
    case Dataflow::bitwave:  // as much as 1,024 weight bits a cycle can feed [BitSim]
      return {{8, 32, 16}, {16, 32, 8}, {32, 32, 4}, {128, 8, 1},
              {16, 64, 1}, {32, 32, 1}, {16, 1, 16}};
    case Dataflow::accumulate:
      return {{8, rows, columns}, {16, rows / 2, columns}, {32, rows / 4, columns}};
  }
  throw model_error("a dataflow that nobody wrote");
}

SerialLayout bitwave_layout(const std::vector<ArrayShape>& shapes,
                            const engine::TileGeometry& geometry) {
  for (const ArrayShape& shape : shapes) {
    if (shape.rows == geometry.array_rows && shape.columns == geometry.array_columns) {
      const std::uint64_t pes = std::uint64_t{shapes.front().rows} * shapes.front().columns;
      return {8, shape.elements / 8, pes};
    }
  }
  throw model_error(fmt::format("the array has no shape of {} x {}", geometry.array_rows,
                                geometry.array_columns));
}

}  // namespace lacuna::baselines
