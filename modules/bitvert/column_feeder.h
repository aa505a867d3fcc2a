// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitvert/array_options.h"
#include "bitvert/metadata.h"
#include "bitvert/scheduler.h"
#include "bitvert/sequencer.h"
#include "bitvert/signals.h"
#include "bitvert/transposer.h"
#include "bitvert/weight_reader.h"
#include "engine/activation_reader.h"
#include "engine/array_model.h"
#include "engine/clocked_array.h"

namespace lacuna::bitvert {

using engine::ColumnTag;

/// A weight column of every row, and what the array's columns hold meanwhile.
struct FetchedColumns {
  ColumnTag tag;
  std::vector<FetchedColumn> rows;    ///< metadata is that of the pass
  std::vector<PassOperands> columns;  ///< of the pass; zero beyond the batch
};

/// The array's first stage: reads weight columns, metadata and activations out of the buffers in the order of the
/// sequencer, and transposes weights that come as rows of int8. Bodies that work clock by clock share it.
class ColumnFeeder {
 public:
  explicit ColumnFeeder(const ArrayOptions& options) : options_(options) {}
  ColumnFeeder(const ColumnFeeder&) = delete;
  ColumnFeeder& operator=(const ColumnFeeder&) = delete;

  /// Takes a step's operands, which must stay valid until done().
  void begin(const engine::TileOperands& operands);
  const engine::TileGeometry& geometry() const { return *geometry_; }

  /// One clock of the transposer. @return false when it has nothing left to do
  bool transpose();
  /// Every column has been fetched.
  bool done() const { return sequencer_.done(); }
  /// Reads the next column; without one the tag is not valid. @return whether a pass begins
  bool fetch(FetchedColumns& fetched);

 private:
  ColumnTag tag_of_next() const;
  PassOperands fetch_operands(std::uint32_t position, const ColumnAddress& address) const;

  ArrayOptions options_;
  std::optional<engine::TileGeometry> geometry_;
  bool transposing_ = false;
  Transposer transposer_;
  MetadataReader metadata_;
  WeightReader weights_;
  std::optional<engine::ActivationReader> activations_;
  Sequencer sequencer_;
};

}  // namespace lacuna::bitvert
