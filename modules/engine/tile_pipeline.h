// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "engine/array_model.h"
#include "engine/operand_loaders.h"
#include "engine/tile_blocks.h"
#include "engine/tile_computer.h"
#include "engine/tile_job.h"
#include "engine/tile_storer.h"

namespace lacuna::engine {

/// Everything a tiled accelerator is, but for the array and the encoding of its weights: from the doorbell over the
/// job descriptor, double-buffered loads, array and output stage to the outputs in memory and the interrupt.
///
///              doorbell                                              interrupt
///                 v                                                      ^
///             controller ------------------------------------------------+
///                 | jobs                                                 |
///     +-----------+----------------+                                     |
///     v                            v                                     |
///   weight loader ---------->  compute  --> output stage --> output --> store
///   activation loader ------>  (array)                       buffer    (unshuffle)
///     ^ weights, metadata,                                               |
///     | scales, indices, activations                                     v
///   DMA engine <------------------------ memory -------------------- DMA engine
///
/// A member of the accelerator; every block becomes a child of it under the name in quotation marks in the constructor.
class TilePipeline {
 public:
  /// @param id of the ID register (accelerator_id)
  /// @param array stays the caller's
  /// @param array_path where statistics of the array go: "accelerator.pe_array"
  TilePipeline(const TilePipelineParams& params, std::uint32_t id, Frequency clock,
               ArrayModel& array, const std::string& array_path, tlm::Surroundings& surroundings);

  /// What the accelerator offers to the platform.
  DmaEngine::MemorySocket& memory() { return blocks_.dma.memory; }
  ControlPort::RegisterSocket& registers() { return blocks_.control.registers; }
  sc_core::sc_out<bool>& interrupt() { return blocks_.control.interrupt; }

  TileBlocks& blocks() { return blocks_; }

  /// What each block waits for, in words; empty between jobs.
  std::string waiting_for() const;

  /// The job that runs or ran last, with the trace of its steps; nullptr before the first.
  const TileJob* job() const { return controller_.job.get(); }
  /// What that job did; all zero before the first.
  JobRecord last_job() const { return job() == nullptr ? JobRecord() : job()->record; }

 private:
  /// The process behind the registers: one job after another.
  class Controller final : public sc_core::sc_module {
   public:
    Controller(const sc_core::sc_module_name& name, TilePipeline& pipeline, Statistics& statistics);
    TileJobHandle job;
    bool busy = false;
    bool failed = false;
    std::uint64_t cycles() const;

   private:
    void run();
    void run_job();
    TileJobHandle fetch_job();

    TilePipeline& pipeline_;
    Counter& jobs_;
    Counter& job_cycles_;
    sc_core::sc_time start_;
  };

  void fail(const Error& error, JobFault fault);
  TileFailure failure();

  TileBlocks blocks_;
  WeightLoader weight_loader_;
  ActivationLoader activation_loader_;
  TileComputer compute_;
  TileStorer store_;
  Controller controller_;
};

}  // namespace lacuna::engine
