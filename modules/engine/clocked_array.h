// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engine/array_model.h"
#include "engine/column_tag.h"
#include "engine/handshake_trace.h"
#include "engine/output_registers.h"

namespace lacuna::engine {

/// A body that works clock by clock: four stages with registers between them (fetch a column of the operands; prepare it for
/// the PEs; multiply; accumulate), then output registers that drain column by column. What the first three stages do is the
/// derived class's; every bit and every cycle comes out of its signals, nothing is computed in advance.
class ClockedArray : public ArrayModel {
 public:
  ClockedArray(const ClockedArray&) = delete;
  ClockedArray& operator=(const ClockedArray&) = delete;

  bool clocked() const final { return true; }
  ArrayResult compute(const TileOperands& operands, Span<std::int32_t> accumulators) final;
  bool step() final;
  void listen(const ResultListener& listener) final { listener_ = listener; }
  void throttle(unsigned percent, std::uint64_t seed) final { trace_.throttle(percent, seed); }
  ArrayResult result() const final { return result_; }

 protected:
  /// @param overheads false: registers without delay, a drain without time
  /// @param lanes of a PE
  ClockedArray(bool overheads, unsigned lanes) : overheads_(overheads), lanes_(lanes) {}

  /// Empties the stages for a new step.
  /// @param latency of the output stage on this chunk
  /// @param sum_bits of what the accumulators hold, chunks before included; it wraps
  /// @param drain_columns whose results leave in one clock
  void reset(const TileGeometry& geometry, unsigned latency, Span<std::int32_t> accumulators,
             unsigned sum_bits = 32, unsigned drain_columns = 1);

  /// One clock of what comes before the first column, such as turning rows of weights into columns.
  /// @return false when nothing of it is left
  virtual bool turn_weights() = 0;
  /// No column is left before the multipliers.
  virtual bool columns_done() const = 0;
  virtual void fetch() = 0;
  virtual void prepare() = 0;
  /// Leaves products in the PEs. @return the tag of their column
  virtual ColumnTag multiply() = 0;
  /// Adds the products to the sums, or starts new ones.
  virtual void add_products(bool starts_accumulation) = 0;
  /// The sum of every PE, [columns, rows].
  virtual void read_sums(std::vector<std::int32_t>& values) const = 0;
  /// Counts a clock in which no column is added: the pipeline fills, unless the machine tells a reason of its own.
  virtual void count_idle(const ColumnTag& tag);

  /// Counts the lanes of a clock in which a column is multiplied.
  /// @param effectual lanes of all PEs with a channel and a position that add
  void count_lanes(const ResultPlace& place, std::uint64_t effectual);
  /// The same for arrays in which a PE with a channel and a position can be without work.
  /// @param pes of the array @param working of them, the ones that have work in this clock
  void count_lanes(std::uint64_t pes, std::uint64_t working, std::uint64_t effectual);

  unsigned rows() const { return rows_; }
  unsigned columns() const { return columns_; }
  ArrayResult& counted() { return result_; }

 private:
  void run_pipeline();
  void run_without_registers();
  void count_clock();
  void accumulate();
  bool results_blocked() const;

  const bool overheads_;
  const unsigned lanes_;
  unsigned rows_ = 0;
  unsigned columns_ = 0;
  ColumnTag multiplied_;  // between multiply and accumulate; the data is in the PEs
  OutputRegisters outputs_;
  HandshakeTrace trace_;
  bool arrived_ = false;  // operands of the next column wait at the first stage
  ResultListener listener_;
  ArrayResult result_;
};

}  // namespace lacuna::engine
