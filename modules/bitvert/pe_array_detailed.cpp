// SPDX-License-Identifier: Apache-2.0
#include "bitvert/pe_array_detailed.h"

namespace lacuna::bitvert {
namespace {

template <unsigned sub_group>
void multiply_all(std::vector<Pe>& pes, const std::vector<RowControl>& rows,
                  const std::vector<PassOperands>& columns) {
  Pe* pe = pes.data();
  for (const RowControl& row : rows) {
    for (const PassOperands& column : columns) {
      (pe++)->multiply<sub_group>(row, column);
    }
  }
}

}  // namespace

void DetailedPeArray::begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) {
  feeder_.begin(operands);
  const engine::TileGeometry& geometry = operands.geometry;
  reset(geometry, geometry.step.last_chunk ? options_.output_latency : partial_sum_latency,
        accumulators);
  schedulers_.assign(rows(), RowScheduler(options_.sub_group));
  pes_.assign(std::size_t{rows()} * columns(), Pe());
  probe_.emplace(rows());
  fetched_ = {{}, std::vector<FetchedColumn>(rows()), std::vector<PassOperands>(columns())};
  scheduled_ = {{}, std::vector<RowControl>(rows()), std::vector<PassOperands>(columns())};
}

void DetailedPeArray::prepare() {
  scheduled_.tag = fetched_.tag;
  if (!fetched_.tag.valid) {
    return;
  }
  const ColumnTag& tag = fetched_.tag;
  for (unsigned row = 0; row < rows(); ++row) {
    scheduled_.rows[row] = schedulers_[row].schedule(fetched_.rows[row]);
    probe_->observe(row, fetched_.rows[row], tag.ends_pass);
  }
  if (tag.starts_pass) {
    scheduled_.columns = fetched_.columns;
  }
  if (tag.ends_pass) {
    for (unsigned column = 0; column < tag.place.positions; ++column) {
      counted().effective_macs += probe_->effective(fetched_.columns[column], tag.place.channels);
    }
  }
  fetched_.tag.valid = false;
}

ColumnTag DetailedPeArray::multiply() {
  const ColumnTag tag = scheduled_.tag;
  if (!tag.valid) {
    return tag;
  }
  count_lanes_of(scheduled_);
  if (options_.sub_group == 4) {
    multiply_all<4>(pes_, scheduled_.rows, scheduled_.columns);
  } else if (options_.sub_group == 8) {
    multiply_all<8>(pes_, scheduled_.rows, scheduled_.columns);
  } else {
    multiply_all<16>(pes_, scheduled_.rows, scheduled_.columns);
  }
  scheduled_.tag.valid = false;
  return tag;
}

void DetailedPeArray::add_products(bool starts_accumulation) {
  for (Pe& pe : pes_) {
    pe.accumulate(starts_accumulation, options_.accumulator_bits);
  }
}

void DetailedPeArray::read_sums(std::vector<std::int32_t>& values) const {
  for (unsigned row = 0; row < rows(); ++row) {
    for (unsigned column = 0; column < columns(); ++column) {
      values[column * rows() + row] = pes_[row * columns() + column].accumulator();
    }
  }
}

void DetailedPeArray::count_lanes_of(const Scheduled& column) {
  const engine::ResultPlace& place = column.tag.place;
  std::uint64_t effectual = 0;
  for (unsigned row = 0; row < place.channels; ++row) {
    const RowControl& control = column.rows[row];
    effectual += static_cast<unsigned>(__builtin_popcount(control.plan.valid)) * place.positions;
    counted().constant_multiplications += control.constant.active ? place.positions : 0;
  }
  count_lanes(place, effectual);
}

}  // namespace lacuna::bitvert
