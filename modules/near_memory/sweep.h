// SPDX-License-Identifier: Apache-2.0
//
// The loop over tiles of rows, as pieces in the order in which a unit asks for them and uses them.
// No SystemC.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "near_memory/layout.h"

namespace lacuna::near_memory {

/// Rows of a matrix that meet the same contexts.
struct SweepRows {
  Matrix matrix;
  std::uint32_t first_context = 0;
  std::uint32_t contexts = 1;
  std::uint32_t count = 0;
  /// Their numbers, ascending; nullptr: all from 0.
  const std::vector<std::uint32_t>* chosen = nullptr;

  std::uint32_t row(std::uint32_t index) const { return chosen ? (*chosen)[index] : index; }
};

struct Piece {
  enum class Kind : std::uint8_t {
    features,  ///< a tile of every context
    biases,
    load_sums,   ///< of rows [index, index + rows)
    weights,     ///< of a tile of these rows
    store_sums,  ///< nothing is loaded
  };
  Kind kind = Kind::weights;
  std::uint64_t at = 0;     ///< offset in the unit's memory
  std::uint32_t bytes = 0;  ///< of one load; features are `contexts` of them, a stride apart
  std::uint32_t index = 0;
  std::uint32_t rows = 0;
  std::uint32_t tile = 0;
};

/// Makes the pieces one after another.
///
/// Sums stay: a block of rows, as many as the buffer has sums for, sees all tiles before the next
/// block. Sums spill: a tile meets all blocks before the next tile.
class Sweep {
 public:
  Sweep(const SweepRows& rows, const UnitLayout& layout, const UnitParams& params);

  std::optional<Piece> next();
  /// Whether pieces to come depend on sums that are stored: they may not be asked for yet.
  bool held() const { return held_; }
  /// All sums are stored.
  void release() { held_ = false; }
  /// Rows of a block: as many as the buffer has sums for.
  static std::uint32_t block_rows_of(const SweepRows& rows, const UnitParams& params);

 private:
  bool advance_block();
  Piece piece_of_weights();
  std::optional<Piece> piece_of_biases();

  SweepRows rows_;
  UnitLayout layout_;
  bool spills_;
  bool held_ = false;
  bool ended_ = false;
  std::uint64_t request_;
  std::uint32_t block_rows_;
  std::uint32_t tile_ = 0;
  std::uint32_t block_ = 0;   // index of its first row
  std::uint32_t within_ = 0;  // next row of the block
  enum class Step : std::uint8_t { features, load_sums, weights, store_sums };
  Step step_ = Step::features;
  bool features_there_ = false;
  std::uint64_t bias_line_ = ~std::uint64_t{0};
  std::uint64_t bias_end_ = 0;
};

}  // namespace lacuna::near_memory
