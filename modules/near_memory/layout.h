// SPDX-License-Identifier: Apache-2.0
//
// Where a classifier's parts lie in the memory of each unit, and in what pieces the unit works.
// Category c is row c / units of unit c % units. No SystemC.
#pragma once

#include <cstdint>

#include "near_memory/params.h"
#include "workload/classifier_data.h"

namespace lacuna::near_memory {

/// One of the two sets of rows: the classifier's, or the screener's.
struct Matrix {
  std::uint64_t rows_at = 0;    ///< offset of row 0
  std::uint64_t biases_at = 0;  ///< 4 bytes each
  std::uint64_t features_at = 0;
  std::uint32_t values = 0;     ///< of a row
  std::uint32_t tile = 0;       ///< values of a row that are multiplied before others begin
  std::uint32_t row_bytes = 0;  ///< from one row to the next
  std::uint32_t value_bits = 32;

  std::uint32_t tiles() const { return (values + tile - 1) / tile; }
  std::uint32_t tile_values(std::uint32_t number) const {
    return number + 1 == tiles() ? values - number * tile : tile;
  }
  /// From one context to the next.
  std::uint32_t feature_stride() const { return (4 * values + 63) / 64 * 64; }
  /// Of so many values, from the first.
  std::uint32_t bytes_of(std::uint32_t count) const { return (count * value_bits + 7) / 8; }
};

/// The same in every unit.
struct UnitLayout {
  std::uint32_t units = 1;
  std::uint64_t categories = 0;
  std::uint32_t contexts = 1;
  bool screening = true;
  Matrix screener;
  Matrix classifier;             ///< with tiles for the whole batch
  Matrix candidates;             ///< the same rows, with tiles for one context
  std::uint64_t declared = 0;    ///< from here on everything is written, nothing declared
  std::uint64_t sums_at = 0;     ///< of rows under way
  std::uint64_t outputs_at = 0;  ///< [rows, contexts], 4 bytes each
  std::uint64_t headers_at = 0;  ///< a burst for each context
  std::uint64_t results_at = 0;  ///< [contexts, rows], 8 bytes each
  std::uint64_t end = 0;

  std::uint32_t rows_of(std::uint32_t unit) const {
    return static_cast<std::uint32_t>(categories / units + (unit < categories % units ? 1 : 0));
  }
  std::uint64_t category_of(std::uint32_t unit, std::uint32_t row) const {
    return std::uint64_t{row} * units + unit;
  }
  /// Whether the outputs of a unit find no room beside it.
  bool spills_outputs(const UnitParams& params) const {
    return std::uint64_t{4} * rows_of(0) * contexts > params.output_buffer.value();
  }
  /// Rows whose outputs pass together on their way through the units.
  std::uint32_t output_rows(const UnitParams& params) const;
};

/// @param align  what the parts that are written begin at multiples of
/// @throws Error (bad_input) when rows are longer than a request can be, or memory is too small
UnitLayout lay_out(const workload::ClassifierShape& shape, std::uint32_t batch, bool screening,
                   std::uint32_t units, std::uint64_t unit_bytes, std::uint64_t align,
                   const UnitParams& params);

}  // namespace lacuna::near_memory
