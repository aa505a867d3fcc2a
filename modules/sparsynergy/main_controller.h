// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/column_tag.h"
#include "engine/pass_sequencer.h"
#include "sparsynergy/array_options.h"
#include "sparsynergy/fedp.h"
#include "sparsynergy/issue_control.h"
#include "sparsynergy/weight_feeder.h"

namespace lacuna::sparsynergy {

/// What goes into the octets' registers in a clock.
struct Issued {
  engine::ColumnTag tag;       ///< not valid: a clock without a load, for a Wait as idle_reason
  bool first_columns = false;  ///< it holds the first columns of its vectors
  std::vector<WeightLoad> weights;              ///< of every FEDP in a column of the array
  std::vector<std::uint8_t> used;               ///< of each FEDP: lanes with a weight, a bit each
  std::vector<ActivationRegister> activations;  ///< of every column, since the start of a segment
};

/// Multiplications of vectors that are loaded first with both operands non-zero. An instrument, not hardware.
std::uint64_t effective_products(const Issued& issued);

/// The main controller: turns weights that come as columns, decides in every clock which loads go, and reads them out of the buffers.
/// Bodies that work clock by clock share it.
class MainController {
 public:
  explicit MainController(const ArrayOptions& options) : options_(options) {}
  MainController(const MainController&) = delete;
  MainController& operator=(const MainController&) = delete;

  /// Takes a step's operands, which must stay valid until done().
  void begin(const engine::TileOperands& operands);
  /// One clock of the turner. @return false when it has nothing left to do
  bool turn();
  /// Every load has been issued.
  bool done() const { return sequencer_.done(); }
  /// One clock: the next load, if it can go.
  void issue(Issued& issued);

  unsigned segment_elements() const { return feeder_.segment_elements(); }
  unsigned groups() const { return groups_; }  ///< of eight channels in the array

 private:
  Wait next_load(Issued& issued);
  void load_activations(Issued& issued) const;

  ArrayOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  unsigned groups_ = 0;
  bool turning_ = false;
  WeightFeeder feeder_;
  std::optional<engine::ActivationReader> reader_;
  engine::PassSequencer sequencer_;  // a pass is a segment
  unsigned most_kept_ = 1;           // vectors of the segment in the group that has most
  IssueControl control_;
};

}  // namespace lacuna::sparsynergy
