// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/sparten/pe.h"
#include "baselines/sparten/weight_vectors.h"
#include "engine/activation_reader.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"

namespace lacuna::baselines {

/// The SparTen array clock by clock: chunks are fetched and joined, pair by pair; a pair's operands are read; multiplied;
/// accumulated. The array goes on to the next chunk when every PE has done its pairs, and no sooner than after the floor.
class DetailedSpartenArray final : public engine::ClockedArray {
 public:
  explicit DetailedSpartenArray(const SpartenOptions& options)
      : ClockedArray(options.array.overheads, 1), options_(options) {}

  std::uint32_t pass_bytes() const override { return sparten_chunk; }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) override;

 private:
  bool turn_weights() override;
  bool columns_done() const override { return sequencer_.done() && !joined_.valid && !read_.valid; }
  void fetch() override;
  void prepare() override;
  engine::ColumnTag multiply() override;
  void add_products(bool starts_accumulation) override;
  void read_sums(std::vector<std::int32_t>& values) const override;
  void fetch_chunk();
  bool all_done() const;

  SpartenOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  WeightVectors weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  /// The chunks that pairs are read from, and those that are joined: the same but for the last pair of a chunk.
  struct Vectors {
    std::vector<SparseVector<std::int8_t>> rows;
    std::vector<SparseVector<std::int16_t>> columns;
  };
  Vectors joining_;
  Vectors reading_;
  std::vector<SpartenPe> pes_;  // row by row

  engine::ColumnTag joined_;  // between join and read
  engine::ColumnTag read_;    // between read and multiply
  std::uint64_t pairs_ = 0;   // that were read
};

}  // namespace lacuna::baselines
