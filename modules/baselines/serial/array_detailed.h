// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "baselines/serial/layout.h"
#include "baselines/serial/pe.h"
#include "engine/activation_reader.h"
#include "engine/array_options.h"
#include "engine/clocked_array.h"
#include "engine/pass_sequencer.h"

namespace lacuna::baselines {

/// A bit-serial array clock by clock, for machines whose passes take what their weights make them take. Stage "fetch" loads
/// the weights of a pass into the schedulers, one for every row and PE of a row, and lets each choose what its lanes do in this
/// clock; the array goes on to the next pass when no scheduler has anything left. "Prepare" hands operations and
/// activations to the PEs.
class DetailedSerialArray : public engine::ClockedArray {
 public:
  std::uint32_t pass_bytes() const override { return layout_.pass_elements(); }
  void begin(const engine::TileOperands& operands, Span<std::int32_t> accumulators) final;

 protected:
  explicit DetailedSerialArray(const engine::ArrayOptions& options)
      : ClockedArray(options.overheads, serial_lanes), options_(options) {}

  virtual SerialLayout layout_of(const engine::TileGeometry& geometry) const = 0;
  /// Takes the weights of a step, and makes so many schedulers.
  virtual void take_weights(const engine::TileOperands& operands, unsigned schedulers) = 0;
  /// One clock of turning transposed weights. @return false when nothing is left to do
  virtual bool turn() = 0;
  /// Gives a scheduler its weights of a pass: those of a channel from an element on.
  /// @return bit i: weight i is not zero
  virtual std::uint64_t load(unsigned scheduler, std::uint32_t channel, std::uint32_t element) = 0;
  /// Whether a scheduler has work left.
  virtual bool pending(unsigned scheduler) const = 0;
  /// What its PEs do in this clock; it has work left.
  virtual PeOperation schedule(unsigned scheduler) = 0;

  const engine::ArrayOptions& options() const { return options_; }

 private:
  struct Fetched {
    engine::ColumnTag tag;
    std::vector<PeOperation> operations;  // [rows, PEs of a row]
  };

  bool turn_weights() final;
  bool columns_done() const final {
    return sequencer_.done() && !fetched_.tag.valid && !prepared_.tag.valid;
  }
  void fetch() final;
  void prepare() final;
  engine::ColumnTag multiply() final;
  void add_products(bool starts_accumulation) final;
  void read_sums(std::vector<std::int32_t>& values) const final;
  void load_pass(const engine::ResultPlace& place);
  void count_effective();

  engine::ArrayOptions options_;
  SerialLayout layout_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  std::vector<SerialAccumulator> sums_;  // [rows, columns]

  Fetched fetched_;                                // register between fetch and prepare
  std::vector<std::int16_t> fetched_activations_;  // [columns, elements of a pass]
  std::vector<std::uint64_t> non_zero_;            // weights of [rows, PEs of a row]
  Fetched prepared_;                               // between prepare and multiply
  std::vector<std::int16_t> held_activations_;
};

}  // namespace lacuna::baselines
