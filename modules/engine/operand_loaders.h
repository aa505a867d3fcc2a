// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <systemc>

#include "engine/tile_blocks.h"
#include "engine/tile_job.h"
#include "engine/tile_table.h"

namespace lacuna::engine {

/// Fetches ahead for the array: acquires room in a buffer, starts the load and passes the region on, while the load is
/// still under way. Each loader runs ahead by as much as its own buffers allow.
class OperandLoader : public sc_core::sc_module {
 public:
  sc_core::sc_fifo<TileJobHandle> jobs;  ///< in

  /// In words; empty when it has nothing to do.
  std::string waiting_for() const;

 protected:
  OperandLoader(const sc_core::sc_module_name& name, TileBlocks& blocks, TileFailure fail);

  /// Loads everything that one job needs.
  virtual void load_job(const TileJobHandle& job) = 0;
  /// @param counted false: at once, without time, counters and energy
  OperandRegion fetch(OperandBuffer& buffer, TileBlocks::Channel channel, const char* what,
                      std::uint64_t bytes, std::vector<DmaPiece> pieces, bool counted);

  TileBlocks& blocks_;

 private:
  void run();

  TileFailure fail_;
  std::uint64_t loads_ = 0;
  const OperandBuffer* wanted_ = nullptr;
};

/// Weight tiles with their metadata, and what belongs to their channels: scales and original indices.
class WeightLoader final : public OperandLoader {
 public:
  WeightLoader(const sc_core::sc_module_name& name, TileBlocks& blocks, TileFailure fail);

  sc_core::sc_fifo<WeightLoadHandle> loads;  ///< out, one for every step with load_weights

 private:
  void load_job(const TileJobHandle& job) override;
  void load_weights(const TileJob& job, const TileStep& step, WeightLoad& load);
  OperandRegion load_scales(const TileJob& job, const TileStep& step);
  OperandRegion load_indices(const TileJob& job, const TileStep& step);

  TileTable table_;
};

class ActivationLoader final : public OperandLoader {
 public:
  ActivationLoader(const sc_core::sc_module_name& name, TileBlocks& blocks, TileFailure fail);

  sc_core::sc_fifo<ActivationLoadHandle> loads;  ///< out, one for every step with load_activations

 private:
  void load_job(const TileJobHandle& job) override;
};

}  // namespace lacuna::engine
