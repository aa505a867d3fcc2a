// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "baselines/serial/layout.h"
#include "engine/array_options.h"
#include "engine/closed_form_array.h"
#include "engine/gemm.h"

namespace lacuna::baselines {

/// A tile's weights, and what they cost.
struct SerialWeights {
  engine::WeightPanel panel;
  /// [channels, ceil(elements / pe_elements)]: cycles that a PE has work, 0 for none.
  std::vector<std::uint8_t> pe_cycles;
  std::uint64_t effectual = 0;  ///< lane-cycles with something to do, for one position
};

/// A bit-serial array in closed form, for machines whose passes take what their weights make them take: an int8 matrix
/// product, and for every pass the largest number of cycles among the PEs of all rows, at least one.
class FastSerialArray : public engine::ClosedFormArray {
 public:
  std::uint32_t pass_bytes() const override { return layout_.pass_elements(); }
  engine::ArrayResult compute(const engine::TileOperands& operands,
                              Span<std::int32_t> accumulators) override;

  /// For machines of dense rows: the cycles of every PE that takes part of a row.
  /// @return effectual lane-cycles of the row
  virtual std::uint64_t measure(const std::int8_t* row, std::uint32_t elements,
                                std::uint8_t* pe_cycles) const;

 protected:
  explicit FastSerialArray(const engine::ArrayOptions& options) : options_(options) {}

  virtual SerialLayout layout_of(const engine::TileGeometry& geometry) const = 0;
  /// Decodes the buffer's weights: `pe_cycles` is of its size already, all zero.
  virtual void decode(const engine::TileOperands& operands, SerialWeights& weights) const;

 private:
  struct Cached {
    WeightKey key;
    SerialWeights weights;
    std::vector<std::uint64_t> block_cycles;
    std::uint64_t pe_cycles = 0;  ///< sum of the PEs' own cycles, for one position
  };
  const Cached& prepared(const engine::TileOperands& operands);
  void sum_blocks(const engine::TileGeometry& geometry, Cached& cached) const;

  engine::ArrayOptions options_;
  SerialLayout layout_;
  std::unique_ptr<Cached> cached_;
};

/// Cycles of a block of rows: for every pass the most among all rows' PEs, at least 1.
/// @param pe_cycles [rows, row_stride] of the block; `row_pes` neighbours share a pass
std::uint64_t serial_block_cycles(Span<const std::uint8_t> pe_cycles, std::size_t rows,
                                  std::size_t row_stride, std::uint32_t row_pes);

}  // namespace lacuna::baselines
