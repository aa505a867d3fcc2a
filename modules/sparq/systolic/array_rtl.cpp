// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/array_rtl.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace lacuna::sparq {
namespace {

const char* const option = "LACUNA_RTL_SPARQ";

engine::RtlParameters parameters_of(const SystolicOptions& options, unsigned columns) {
  const bool dense = options.pe == PeKind::dense;
  return {{"columns", columns},
          {"bits", dense ? 8 : options.format.bits},
          {"placements", dense ? 1 : options.format.placements}};
}

SystolicSlice make_slice(const SystolicOptions& options, unsigned rows, unsigned columns) {
  if (options.pe == PeKind::two_4b || options.pe == PeKind::sysmt) {
    throw input_error(
        {}, "pe_array.model: there are rows in SystemVerilog of PEs of kind dense and sparq");
  }
  const engine::RtlParameters parameters = parameters_of(options, columns);
  SystolicSlice slice;
  slice.rows = engine::make_rtl_rows<SystolicRow>(option, parameters, rows);
  slice.edge = engine::make_rtl_rows<SystolicEdge>(option, parameters, 1, slice.rows.simulation);
  return slice;
}

}  // namespace

RtlSystolicArray::RtlSystolicArray(const SystolicOptions& options, unsigned rows, unsigned columns)
    : RtlSystolicArray(options, make_slice(options, rows, columns)) {}

RtlSystolicArray::RtlSystolicArray(const SystolicOptions& options, SystolicSlice slice)
    : options_(options), controller_(options), slice_(std::move(slice)) {
  engine::require_rtl_options(options.array.overheads, options.array.accumulator_bits);
  if (options.trimmers != 0) {
    throw input_error({},
                      "pe_array.trimmers: the edge in SystemVerilog has a trimming unit for every "
                      "column; expected 0");
  }
  attach(*slice_.rows.simulation);
}

engine::ArrayResult RtlSystolicArray::compute(const engine::TileOperands& operands,
                                              Span<std::int32_t> accumulators) {
  begin(operands, accumulators);
  while (step()) {
  }
  return result();
}

void RtlSystolicArray::begin(const engine::TileOperands& operands,
                             Span<std::int32_t> accumulators) {
  const engine::TileGeometry& geometry = operands.geometry;
  if (geometry.array_rows != slice_.rows.rows.size()) {
    throw model_error("a tile for another number of rows");
  }
  controller_.begin(operands);
  outlet_.begin(geometry.step, accumulators);
  slice_.edge.rows.front()->reset({controller_.rule().pairs,
                                   options_.format.rounding == sparse::SparqRounding::round,
                                   geometry.window.is_signed});
  for (auto& row : slice_.rows.rows) {
    row->reset();
  }
  weights_.assign(slice_.rows.rows.size(), RowWeights(slice_.rows.rows.size()));
  tiles_.assign(geometry.array_columns, {});
  sums_taken_.assign(slice_.rows.rows.size() * geometry.array_columns, 0);
}

bool RtlSystolicArray::step() {
  if (controller_.turn()) {
    return true;
  }
  while (const Injection* next = controller_.offer(slice_.rows.rows.back()->ended())) {
    begin_cycle();
    drive(*next);
    if (controller_.sums_wait() && any_sum_leaves()) {
      clock(false);
      controller_.hold();
      return true;
    }
    expect_sums(next->tag);
    take_sums();
    clock(true);
    weights_.push_front(next->weights);
    weights_.pop_back();
    if (controller_.taken()) {
      return true;
    }
  }
  return controller_.wait_for_outputs();
}

/// Everything that enters in this cycle: at the edge, and from row to row.
void RtlSystolicArray::drive(const Injection& next) {
  SystolicEdge& edge = *slice_.edge.rows.front();
  edge.drive(next);
  edge.operands(words_);
  for (std::size_t r = 0; r < slice_.rows.rows.size(); ++r) {
    SystolicRow& row = *slice_.rows.rows[r];
    if (r == 0) {
      row.control(next.tag);
      row.drive(words_, next.weights[0]);
    } else {
      const SystolicRow& above = *slice_.rows.rows[r - 1];
      above.operands(words_);
      row.control(above);
      row.drive(words_, weights_[r - 1][r]);
    }
  }
}

bool RtlSystolicArray::any_sum_leaves() const {
  return std::any_of(slice_.rows.rows.begin(), slice_.rows.rows.end(),
                     [](const auto& row) { return row->any_leaves(); });
}

/// Sums leave a PE in the order of the commands to its column.
void RtlSystolicArray::expect_sums(const PassTag& command) {
  for (unsigned c = command.drain_first; c < command.drain_end; ++c) {
    tiles_[c].push_back(command.drain_tile);
  }
}

void RtlSystolicArray::take_sums() {
  for (unsigned r = static_cast<unsigned>(slice_.rows.rows.size()); r-- > 0;) {
    const SystolicRow& row = *slice_.rows.rows[r];
    if (!row.any_leaves()) {
      continue;
    }
    for (unsigned c = static_cast<unsigned>(tiles_.size()); c-- > 0;) {
      if (!row.leaves(c)) {
        continue;
      }
      const std::uint32_t number = sums_taken_[r * tiles_.size() + c]++;
      if (number >= tiles_[c].size()) {
        throw model_error("a sum left the rows in SystemVerilog that nobody had asked for");
      }
      const engine::ResultPlace& place = controller_.place(tiles_[c][number]);
      if (SumOutlet::belongs(place, r, c)) {
        std::vector<std::int32_t> sum = {row.sum(c)};
        inject(sum);
        outlet_.take(place, r, c, sum[0]);
      }
    }
  }
}

void RtlSystolicArray::clock(bool advance) {
  clock_edge([&] {
    slice_.edge.rows.front()->clock(advance);
    for (auto& row : slice_.rows.rows) {
      row->clock(advance);
    }
  });
}

}  // namespace lacuna::sparq
