// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "core/statistics.h"
#include "engine/array_model.h"
#include "engine/output_stage.h"
#include "engine/tile_blocks.h"
#include "engine/tile_job.h"
#include "engine/value_counters.h"

namespace lacuna::engine {

/// The second process of the pipeline: waits for a step's operands and for room in the output buffer, lets the array
/// work, and takes its sums through the output stage into the output buffer.
class TileComputer final : public sc_core::sc_module {
 public:
  /// @param array_path statistics of the array are registered under it: "accelerator.pe_array"
  TileComputer(const sc_core::sc_module_name& name, TileBlocks& blocks, ArrayModel& array,
               sc_core::sc_fifo<WeightLoadHandle>& weight_loads,
               sc_core::sc_fifo<ActivationLoadHandle>& activation_loads,
               const std::string& array_path, Statistics& statistics, TileFailure fail);

  sc_core::sc_fifo<TileJobHandle> jobs;           ///< in
  sc_core::sc_fifo<FinishedUnitHandle> finished;  ///< out

  std::string waiting_for() const;

 private:
  /// What the process does right now.
  enum class State { idle, waits_for_operands, waits_for_output_room, computes };

  struct Counters {
    Counters(Statistics& statistics, const std::string& path);
    void add(const ArrayResult& result, const TileTrace& trace);
    Counter& tiles;
    Counter& cycles;
    Counter& busy_cycles;
    Counter& fill_cycles;
    Counter& drain_stall_cycles;
    Counter& input_wait_cycles;
    Counter& output_wait_cycles;
    Counter& lane_cycles;
    Counter& effectual_lane_cycles;
    Counter& intra_pe_idle;
    Counter& inter_pe_idle;
    Counter& pe_cycles;
    Counter& passes;
    Counter& constant_multiplications;
    Counter& effective_macs;
  };

  void run();
  void run_job();
  void record(const ArrayResult& result, const TileTrace& trace);
  void take_operands();
  void take_room(const OutputLayout& layout);
  void wait_for(const OperandRegion& region);
  ArrayResult compute();
  void read_partial_sums(const OutputLayout& layout);
  void write_partial_sums(const OutputLayout& layout);
  void prepare_output_stage();
  void write_outputs(const OutputLayout& layout);
  void hand_over(const OutputLayout& layout);
  void count_reads(const TileGeometry& geometry, const ArrayResult& result);
  void count_batch_reads(const TileGeometry& geometry, const ArrayResult& result);
  void count_value_reads(const TileGeometry& geometry, const ArrayResult& result);
  void release_operands();
  const TileStep& step() const { return job_->steps[number_]; }

  TileBlocks& blocks_;
  ArrayModel& array_;
  sc_core::sc_fifo<WeightLoadHandle>& weight_loads_;
  sc_core::sc_fifo<ActivationLoadHandle>& activation_loads_;
  TileFailure fail_;
  Counters counters_;
  std::optional<ValueCounters> values_;  // of an array that counts them

  State state_ = State::idle;
  TileJobHandle job_;
  std::size_t number_ = 0;  // of the step
  WeightLoad resident_;     // the newest of each
  OperandRegion activations_;
  OperandRegion outputs_;
  std::vector<std::int32_t> accumulators_;
  std::vector<std::uint8_t> finished_bytes_;
  std::optional<OutputStage> output_stage_;
  std::uint64_t output_stage_version_ = 0;  // of the scales it was made from
};

}  // namespace lacuna::engine
