// SPDX-License-Identifier: Apache-2.0
#include "sparse/screening/projection.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"

namespace lacuna::sparse::screening {

TernaryProjection::TernaryProjection(std::uint64_t seed, std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns) {
  check_shape();
  entries_.resize(rows * columns);
  std::vector<std::uint32_t> words(columns);
  const RandomStream stream(seed, "projection");
  for (std::size_t row = 0; row < rows; ++row) {
    stream.fill(row * columns, words);
    for (std::size_t column = 0; column < columns; ++column) {
      const std::uint32_t side = below(words[column], 6);
      entries_[row * columns + column] =
          static_cast<std::int8_t>(side == 0 ? 1 : (side == 1 ? -1 : 0));
    }
  }
}

TernaryProjection::TernaryProjection(std::size_t rows, std::size_t columns,
                                     Span<const std::uint8_t> codes)
    : rows_(rows), columns_(columns) {
  check_shape();
  if (codes.size() != rows * row_bytes()) {
    throw input_error(
        {}, "projection",
        fmt::format("{} bytes of codes, expected {}", codes.size(), rows * row_bytes()));
  }
  entries_.resize(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const unsigned byte = codes[row * row_bytes() + column / 4];
      const unsigned code = byte >> (column % 4 * 2) & 3U;
      if (code == 2) {
        throw input_error(
            {}, "projection",
            fmt::format("code 2 at row {}, column {} stands for nothing", row, column));
      }
      entries_[row * columns + column] = static_cast<std::int8_t>(code == 3 ? -1 : int(code));
    }
  }
}

void TernaryProjection::check_shape() const {
  if (rows_ == 0 || columns_ == 0 || columns_ > most_projection_columns || rows_ > columns_) {
    throw input_error({}, "projection",
                      fmt::format("{} rows of {} columns: expected 1 .. columns rows and 1 .. {} "
                                  "columns",
                                  rows_, columns_, most_projection_columns));
  }
}

std::size_t TernaryProjection::additions() const {
  return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(),
                                                [](std::int8_t entry) { return entry != 0; }));
}

double TernaryProjection::scale() const {
  return std::sqrt(3.0 / static_cast<double>(rows_));
}

std::vector<std::uint8_t> TernaryProjection::codes() const {
  std::vector<std::uint8_t> codes(rows_ * row_bytes());
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t column = 0; column < columns_; ++column) {
      const auto code = static_cast<unsigned>(entry(row, column)) & 3U;
      auto& byte = codes[row * row_bytes() + column / 4];
      byte = static_cast<std::uint8_t>(byte | code << (column % 4 * 2));
    }
  }
  return codes;
}

void TernaryProjection::project(Span<const std::int16_t> context,
                                Span<std::int32_t> projected) const {
  if (context.size() != columns_ || projected.size() != rows_) {
    throw model_error(fmt::format("a projection of {} columns to {} rows was given {} and {}",
                                  columns_, rows_, context.size(), projected.size()));
  }
  for (std::size_t row = 0; row < rows_; ++row) {
    const std::int8_t* entries = &entries_[row * columns_];
    std::int32_t sum = 0;
    for (std::size_t column = 0; column < columns_; ++column) {
      sum += entries[column] * context[column];
    }
    projected[row] = sum;
  }
}

}  // namespace lacuna::sparse::screening
