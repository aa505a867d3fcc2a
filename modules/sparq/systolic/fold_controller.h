// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/array_model.h"
#include "engine/weight_turner.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// What a grid holds at once.
struct Fold {
  std::uint32_t first_element = 0;  ///< of the chunk's reduction
  std::uint32_t elements = 0;       ///< rows in use
  std::uint32_t first_column = 0;   ///< channel, or position, that the first column keeps
  std::uint32_t columns = 0;        ///< in use
};

/// What enters a grid with stationary operands in one clock, before it is skewed.
struct FoldInjection {
  bool keeps = false;              ///< operands that are to stay enter from above,
  std::uint32_t keeps_row = 0;     ///< in this row
  std::vector<std::int16_t> kept;  ///< of every column
  bool moves = false;              ///< a vector enters from the left
  bool first = false;              ///< of its fold
  std::uint32_t fold = 0;
  std::uint32_t vector = 0;
  std::vector<std::int16_t> moving;  ///< of every row
};

/// The controller at the edges of a grid with stationary operands, for the body that works clock by clock. Two machines side by side: one
/// loads a fold row by row, the last row first, into registers that the fold in use does not need; one sends vectors through the fold
/// in use. Folds of a stripe of columns follow each other along the reduction, then comes the next stripe.
class FoldController {
 public:
  FoldController(const SystolicOptions& options, unsigned rows, unsigned columns)
      : options_(options), rows_(rows), columns_(columns) {}
  FoldController(const FoldController&) = delete;
  FoldController& operator=(const FoldController&) = delete;

  void begin(const engine::TileOperands& operands);
  /// One clock of turning rows of weights, in which the array does nothing else. @return false when nothing of it is left
  bool turn();
  /// What enters in the next clock; null when nothing is left to enter and the grid is empty.
  const FoldInjection* offer();
  /// What was offered has entered. @return false when the clock takes no time
  bool taken();
  /// One clock of the output stage, after the last sum. @return false when none is left
  bool wait_for_outputs();

  const Fold& fold(std::uint32_t number) const { return folds_[number]; }
  const engine::ArrayResult& result() const { return result_; }

 private:
  /// Vectors that move through every fold.
  std::uint32_t vectors() const;
  std::uint32_t stripe_end(std::uint32_t first) const;
  std::int16_t operand(bool weight, std::uint32_t position_or_channel, std::uint32_t element) const;
  void add_fold();
  bool may_load() const;
  void load();
  void stream();
  void count_reads(bool weights, std::uint64_t values);

  bool weights_stay() const { return options_.dataflow == Dataflow::weight_stationary; }

  SystolicOptions options_;
  unsigned rows_;
  unsigned columns_;
  std::optional<engine::TileGeometry> geometry_;
  engine::WeightTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  bool turning_ = false;

  std::vector<Fold> folds_;         // that have begun to load
  bool folds_left_ = true;          // that have not
  std::uint32_t rows_to_load_ = 0;  // of the youngest
  bool loaded_ = false;             // the youngest waits for its vectors
  bool streaming_ = false;
  std::uint32_t fold_ = 0;    // in use
  std::uint32_t vector_ = 0;  // the next to enter
  std::uint32_t clocks_until_empty_ = 0;

  FoldInjection next_;
  bool emptying_ = false;  // nothing is left to enter
  bool leaves_one_out_ = false;
  std::uint32_t latency_left_ = 0;  // of the output stage
  engine::ArrayResult result_;
};

}  // namespace lacuna::sparq
