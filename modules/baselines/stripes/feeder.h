// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/stripes/pe.h"
#include "engine/activation_reader.h"
#include "engine/array_options.h"
#include "engine/column_tag.h"
#include "engine/pass_sequencer.h"
#include "engine/weight_turner.h"

namespace lacuna::baselines {

/// The weights of a pass of one row.
using StripesWeights = std::array<std::uint8_t, stripes_lanes>;

/// A bit that is due, and the pass that it belongs to.
struct StripesFetched {
  engine::ColumnTag tag;
  std::uint8_t bit = 0;  ///< of the pass, 0: the sign
  std::vector<StripesWeights> rows;
  std::vector<StripesOperands> columns;  ///< zero beyond the batch
};

/// Products of a pass whose operands are both non-zero. An instrument, not hardware.
std::uint64_t effective_products(const StripesFetched& pass);

/// The array's first stage: turns weights that come as columns, and reads passes of weights and activations out of the buffers in the
/// order of the sequencer. Bodies that work clock by clock share it.
class StripesFeeder {
 public:
  explicit StripesFeeder(const engine::ArrayOptions& options) : options_(options) {}
  StripesFeeder(const StripesFeeder&) = delete;
  StripesFeeder& operator=(const StripesFeeder&) = delete;

  /// Takes a step's operands, which must stay valid until done().
  void begin(const engine::TileOperands& operands);
  /// One clock of the turner. @return false when it has nothing left to do
  bool turn();
  /// Every bit has been fetched.
  bool done() const { return sequencer_.done(); }
  /// The next bit, with its pass when it starts one; without one the tag is not valid.
  void fetch(StripesFetched& fetched);

 private:
  void fetch_pass(StripesFetched& fetched) const;

  engine::ArrayOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  engine::WeightTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
};

}  // namespace lacuna::baselines
