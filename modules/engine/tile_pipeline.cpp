// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_pipeline.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/clock_edge.h"
#include "tlm/watchdog.h"

namespace lacuna::engine {

TilePipeline::TilePipeline(const TilePipelineParams& params, std::uint32_t id, Frequency clock,
                           ArrayModel& array, const std::string& array_path,
                           tlm::Surroundings& surroundings)
    : blocks_(params, id, clock, surroundings),
      weight_loader_("weight_loader", blocks_, failure()),
      activation_loader_("activation_loader", blocks_, failure()),
      compute_("compute", blocks_, array, weight_loader_.loads, activation_loader_.loads,
               array_path, surroundings.statistics, failure()),
      store_("store", blocks_, compute_.finished, surroundings.statistics, failure()),
      controller_("controller", *this, surroundings.statistics) {}

TileFailure TilePipeline::failure() {
  return [this](const Error& error) {
    const bool refused = dynamic_cast<const MemoryRefusal*>(&error) != nullptr;
    fail(error, refused ? JobFault::memory : JobFault::machine);
  };
}

void TilePipeline::fail(const Error& error, JobFault fault) {
  if (controller_.failed) {
    return;
  }
  controller_.failed = true;
  const std::uint64_t array_cycles = job() == nullptr ? 0 : job()->record.array_cycles;
  blocks_.control.fail_job(fault, controller_.cycles(), array_cycles);
  blocks_.watchdog.fail(error);
}

std::string TilePipeline::waiting_for() const {
  std::string text;
  const auto add = [&](const char* who, const std::string& reason) {
    if (!reason.empty()) {
      text += fmt::format("{}{} for {}", text.empty() ? "" : "; ", who, reason);
    }
  };
  if (controller_.busy && job() == nullptr) {
    text = "its job descriptor";
  }
  add("weight loader", weight_loader_.waiting_for());
  add("activation loader", activation_loader_.waiting_for());
  add("compute", compute_.waiting_for());
  add("store", store_.waiting_for());
  const std::string bursts = blocks_.dma.waiting_for();
  if (!bursts.empty()) {
    text += (text.empty() ? "" : "; ") + bursts;
  }
  return text;
}

TilePipeline::Controller::Controller(const sc_core::sc_module_name& name, TilePipeline& pipeline,
                                     Statistics& statistics)
    : sc_module(name),
      pipeline_(pipeline),
      jobs_(statistics.add(std::string(this->name()) + ".jobs", Measure::count, "jobs done")),
      job_cycles_(statistics.add(std::string(this->name()) + ".job_cycles", Measure::cycles,
                                 "from doorbell to interrupt, over all jobs")) {
  SC_HAS_PROCESS(Controller);
  SC_THREAD(run);
}

void TilePipeline::Controller::run() {
  while (!failed) {
    wait(pipeline_.blocks_.control.doorbell());
    wait(to_clock_edge(pipeline_.blocks_.period));
    start_ = sc_core::sc_time_stamp();
    busy = true;
    pipeline_.blocks_.watchdog.begin_work();
    run_job();
    pipeline_.blocks_.watchdog.end_work();
    busy = false;
  }
}

void TilePipeline::Controller::run_job() {
  TileBlocks& blocks = pipeline_.blocks_;
  try {
    job = nullptr;
    job = fetch_job();
  } catch (const Error& error) {
    pipeline_.fail(error, JobFault::bad_descriptor);
    return;
  }
  pipeline_.weight_loader_.jobs.write(job);
  pipeline_.activation_loader_.jobs.write(job);
  pipeline_.compute_.jobs.write(job);
  wait(pipeline_.store_.job_stored());
  job->record.cycles = cycles();
  ++jobs_;
  job_cycles_ += job->record.cycles;
  blocks.control.finish_job(job->record.cycles, job->record.array_cycles);
}

std::uint64_t TilePipeline::Controller::cycles() const {
  return clocks_between(start_, sc_core::sc_time_stamp(), pipeline_.blocks_.period);
}

TileJobHandle TilePipeline::Controller::fetch_job() {
  TileBlocks& blocks = pipeline_.blocks_;
  std::vector<std::uint8_t> bytes(job_descriptor_bytes);
  VectorEndpoint endpoint(bytes);
  DmaTransfer transfer;
  transfer.what = "the job descriptor";
  transfer.endpoint = &endpoint;
  transfer.pieces.resize(1);
  transfer.pieces[0].memory.address = blocks.control.job_address();
  transfer.pieces[0].memory.run_bytes = job_descriptor_bytes;
  blocks.move(TileBlocks::fetch_channel, std::move(transfer), blocks.params.count.overheads);

  auto made = std::make_shared<TileJob>();
  made->descriptor = parse_job(bytes);
  made->counts = tile_counts(made->descriptor.shape, made->descriptor.mapping);
  made->steps = tile_steps(made->descriptor.shape, made->descriptor.mapping);
  made->start = start_;
  return made;
}

}  // namespace lacuna::engine
