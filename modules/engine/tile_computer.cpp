// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_computer.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/clock_edge.h"
#include "tlm/watchdog.h"

namespace lacuna::engine {

TileComputer::Counters::Counters(Statistics& statistics, const std::string& path)
    : tiles(statistics.add(path + ".tiles", Measure::count, "tile steps")),
      cycles(statistics.add(path + ".cycles", Measure::cycles, "in service of tile steps")),
      busy_cycles(
          statistics.add(path + ".busy_cycles", Measure::cycles, "a weight column was worked on")),
      fill_cycles(statistics.add(path + ".fill_cycles", Measure::cycles,
                                 "pipeline filling and last drain, output stage")),
      drain_stall_cycles(statistics.add(path + ".drain_stall_cycles", Measure::cycles,
                                        "waiting for earlier results to leave the columns")),
      input_wait_cycles(
          statistics.add(path + ".input_wait_cycles", Measure::cycles, "waiting for operands")),
      output_wait_cycles(statistics.add(path + ".output_wait_cycles", Measure::cycles,
                                        "waiting for room in the output buffer")),
      lane_cycles(statistics.add(path + ".lane_cycles", Measure::count,
                                 "busy cycles times bit-serial lanes")),
      effectual_lane_cycles(statistics.add(path + ".effectual_lane_cycles", Measure::count,
                                           "lane cycles that added something")),
      intra_pe_idle(statistics.add(path + ".intra_pe_idle", Measure::count,
                                   "idle lane cycles in working PEs")),
      inter_pe_idle(
          statistics.add(path + ".inter_pe_idle", Measure::count, "lane cycles of idle PEs")),
      pe_cycles(statistics.add(path + ".pe_cycles", Measure::count, "busy cycles times PEs")),
      passes(statistics.add(path + ".passes", Measure::count, "operand sets taken")),
      constant_multiplications(statistics.add(path + ".constant_multiplications", Measure::count,
                                              "halves of constants multiplied with sums")),
      effective_macs(statistics.add(path + ".effective_macs", Measure::count,
                                    "multiplications with both operands non-zero")) {}

void TileComputer::Counters::add(const ArrayResult& result, const TileTrace& trace) {
  ++tiles;
  cycles += result.cycles;
  busy_cycles += result.busy_cycles;
  fill_cycles += result.fill_cycles;
  drain_stall_cycles += result.drain_stall_cycles;
  input_wait_cycles += trace.wait_in;
  output_wait_cycles += trace.wait_out;
  lane_cycles += result.lane_cycles;
  effectual_lane_cycles += result.effectual_lane_cycles;
  intra_pe_idle += result.intra_pe_idle;
  inter_pe_idle += result.inter_pe_idle;
  pe_cycles += result.pe_cycles;
  passes += result.passes;
  constant_multiplications += result.constant_multiplications;
  effective_macs += result.effective_macs;
}

TileComputer::TileComputer(const sc_core::sc_module_name& name, TileBlocks& blocks,
                           ArrayModel& array, sc_core::sc_fifo<WeightLoadHandle>& weight_loads,
                           sc_core::sc_fifo<ActivationLoadHandle>& activation_loads,
                           const std::string& array_path, Statistics& statistics, TileFailure fail)
    : sc_module(name),
      jobs("jobs", 1),
      finished("finished", 1),
      blocks_(blocks),
      array_(array),
      weight_loads_(weight_loads),
      activation_loads_(activation_loads),
      fail_(std::move(fail)),
      counters_(statistics, array_path) {
  if (array.counts_values()) {
    values_.emplace(statistics, array_path);
  }
  SC_HAS_PROCESS(TileComputer);
  SC_THREAD(run);
}

void TileComputer::run() {
  try {
    while (true) {
      job_ = jobs.read();
      run_job();
    }
  } catch (const Error& error) {
    fail_(error);
  }
}

void TileComputer::run_job() {
  output_stage_.reset();
  resident_ = WeightLoad();
  sc_core::sc_time free_since = job_->start;
  for (number_ = 0; number_ < job_->steps.size(); ++number_) {
    const OutputLayout layout = output_layout(*job_, step());
    take_operands();
    const sc_core::sc_time operands_there = sc_core::sc_time_stamp();
    take_room(layout);
    const sc_core::sc_time room_there = sc_core::sc_time_stamp();

    state_ = State::computes;
    read_partial_sums(layout);
    const ArrayResult result = compute();
    if (step().last_chunk) {
      write_outputs(layout);
    } else {
      write_partial_sums(layout);
    }
    record(result, {result.cycles, clocks_between(free_since, operands_there, blocks_.period),
                    clocks_between(operands_there, room_there, blocks_.period)});
    release_operands();
    if (step().store_outputs) {
      hand_over(layout);
    }
    free_since = sc_core::sc_time_stamp();
  }
  state_ = State::idle;
}

void TileComputer::record(const ArrayResult& result, const TileTrace& trace) {
  counters_.add(result, trace);
  if (values_) {
    values_->add(result);
  }
  job_->record.array += result;
  job_->record.array_cycles += result.cycles;
  job_->record.input_wait_cycles += trace.wait_in;
  job_->record.output_wait_cycles += trace.wait_out;
  job_->trace.push_back(trace);
  blocks_.watchdog.progress();
}

void TileComputer::take_operands() {
  state_ = State::waits_for_operands;
  if (step().load_weights) {
    const WeightLoadHandle load = weight_loads_.read();
    resident_.weights = load->weights;
    resident_.metadata = load->metadata;
    if (load->scales.bytes != 0) {
      resident_.scales = load->scales;
    }
    if (load->indices.bytes != 0) {
      resident_.indices = load->indices;
    }
  }
  if (step().load_activations) {
    activations_ = *activation_loads_.read();
  }
  wait_for(resident_.weights);
  wait_for(resident_.metadata);
  wait_for(resident_.scales);
  wait_for(activations_);
}

void TileComputer::wait_for(const OperandRegion& region) {
  if (region.load) {
    blocks_.dma.wait_for(region.load);
  }
}

void TileComputer::take_room(const OutputLayout& layout) {
  const bool first_of_unit = step().first_chunk && layout.first_byte == 0;
  if (first_of_unit) {
    state_ = State::waits_for_output_room;
    outputs_.offset = blocks_.outputs.acquire(layout.bytes);
  }
}

ArrayResult TileComputer::compute() {
  const JobDescriptor& job = job_->descriptor;
  const TileGeometry geometry{
      job.shape,
      step(),
      activation_window(job.shape, job.mapping, step(), job.signed_activations),
      job.mapping.array_rows,
      job.mapping.array_columns,
      job.mapping.spread};
  const memory::SramBuffer& weights = blocks_.weights.sram();
  const memory::SramBuffer& activations = blocks_.activations.sram();
  TileOperands operands{geometry,
                        weights.peek(resident_.weights.offset, resident_.weights.bytes),
                        {},
                        activations.peek(activations_.offset, activations_.bytes),
                        job.weight_source,
                        resident_.weights.version,
                        job.reduced_activations};
  if (resident_.metadata.bytes != 0) {
    operands.metadata =
        blocks_.metadata->sram().peek(resident_.metadata.offset, resident_.metadata.bytes);
  }
  ArrayResult result;
  if (array_.clocked()) {
    array_.begin(operands, accumulators_);
    while (array_.step()) {
      blocks_.wait_clocks(1);
    }
    result = array_.result();
  } else {
    result = array_.compute(operands, accumulators_);
    blocks_.wait_clocks(result.cycles);
  }
  count_reads(geometry, result);
  return result;
}

void TileComputer::count_reads(const TileGeometry& geometry, const ArrayResult& result) {
  if (array_.reads_by_batch()) {
    count_batch_reads(geometry, result);
  } else {
    count_value_reads(geometry, result);
  }
}

/// Operands are bytes; whole words of them are used up before the next is read. Sums that wait between parts of a reduction do so in
/// the output buffer; those of the step's start and end are counted where they are moved.
void TileComputer::count_value_reads(const TileGeometry& geometry, const ArrayResult& result) {
  const auto words = [](const memory::SramBuffer& sram, std::uint64_t bytes) {
    const std::uint64_t word_bytes = sram.params().word_bytes();
    return (bytes + word_bytes - 1) / word_bytes;
  };
  memory::SramBuffer& weights = blocks_.weights.sram();
  weights.count_reads(words(weights, result.weight_reads));
  memory::SramBuffer& activations = blocks_.activations.sram();
  activations.count_reads(words(activations, result.activation_reads));
  const std::uint64_t sums = std::uint64_t{geometry.positions()} * geometry.step.channels;
  const std::uint64_t reads = result.sum_reads - (geometry.step.first_chunk ? 0 : sums);
  memory::SramBuffer& outputs = blocks_.outputs.sram();
  outputs.count_reads(words(outputs, reads * sizeof(std::int32_t)));
  outputs.count_writes(words(outputs, (result.sum_writes - sums) * sizeof(std::int32_t)));
}

void TileComputer::count_batch_reads(const TileGeometry& geometry, const ArrayResult& result) {
  const TileStep& step = geometry.step;
  const std::uint64_t batches =
      column_batches(step.height, step.width, geometry.array_columns, geometry.spread).size();
  memory::SramBuffer& weights = blocks_.weights.sram();
  weights.count_reads(batches * weights.words(resident_.weights.offset, resident_.weights.bytes));
  if (resident_.metadata.bytes != 0 && blocks_.params.count.metadata) {
    memory::SramBuffer& metadata = blocks_.metadata->sram();
    metadata.count_reads(batches *
                         metadata.words(resident_.metadata.offset, resident_.metadata.bytes));
  }
  if (batches != 0) {
    // Every batch of a block makes the same passes, and in each one every valid column takes its lanes' bytes.
    memory::SramBuffer& activations = blocks_.activations.sram();
    const std::uint64_t column_passes = result.passes / batches * geometry.positions();
    const std::uint64_t word_bytes = activations.params().word_bytes();
    activations.count_reads((column_passes * array_.pass_bytes() + word_bytes - 1) / word_bytes);
  }
}

void TileComputer::read_partial_sums(const OutputLayout& layout) {
  const std::size_t sums = std::size_t{step().height} * step().width * step().channels;
  const std::size_t bytes = sums * sizeof(std::int32_t);
  accumulators_.assign(sums, 0);
  if (step().first_chunk) {
    return;
  }
  const auto stored = blocks_.outputs.sram().read(outputs_.offset + layout.partial_sums, bytes);
  std::memcpy(accumulators_.data(), stored.data(), bytes);
}

void TileComputer::write_partial_sums(const OutputLayout& layout) {
  const std::size_t bytes = accumulators_.size() * sizeof(std::int32_t);
  blocks_.outputs.sram().write(
      outputs_.offset + layout.partial_sums,
      {reinterpret_cast<const std::uint8_t*>(accumulators_.data()), bytes});
}

void TileComputer::prepare_output_stage() {
  if (output_stage_ && output_stage_version_ == resident_.scales.version) {
    return;
  }
  memory::SramBuffer& sram = blocks_.scales.sram();
  const auto bytes = blocks_.params.count.metadata
                         ? sram.read(resident_.scales.offset, resident_.scales.bytes)
                         : sram.peek(resident_.scales.offset, resident_.scales.bytes);
  std::vector<ChannelScale> scales(step().channels);
  for (std::size_t channel = 0; channel < scales.size(); ++channel) {
    scales[channel] =
        parse_channel_scale(bytes.subspan(channel * channel_scale_bytes, channel_scale_bytes));
  }
  const JobDescriptor& job = job_->descriptor;
  output_stage_.emplace(scales, job.requantize, job.relu, job.output);
  output_stage_version_ = resident_.scales.version;
}

void TileComputer::write_outputs(const OutputLayout& layout) {
  prepare_output_stage();
  const std::uint64_t positions = std::uint64_t{step().height} * step().width;
  const std::uint64_t row = step().channels * std::uint64_t{size_of(job_->descriptor.output)};
  finished_bytes_.resize(positions * row);
  output_stage_->finish(accumulators_, finished_bytes_);
  memory::SramBuffer& sram = blocks_.outputs.sram();
  if (row == layout.row_bytes) {
    sram.write(outputs_.offset, finished_bytes_);
  } else {
    for (std::uint64_t position = 0; position < positions; ++position) {
      sram.write(outputs_.offset + position * layout.row_bytes + layout.first_byte,
                 Span<const std::uint8_t>(finished_bytes_).subspan(position * row, row));
    }
  }
}

void TileComputer::hand_over(const OutputLayout& layout) {
  auto unit = std::make_shared<FinishedUnit>();
  unit->job = job_;
  unit->number = number_;
  unit->outputs = outputs_;
  unit->outputs.bytes = std::uint64_t{step().height} * step().width * layout.row_bytes;
  unit->indices = resident_.indices;
  unit->last_of_indices = unit->last() || starts_store_unit(*job_, number_ + 1);
  finished.write(unit);
}

void TileComputer::release_operands() {
  const bool last = number_ + 1 == job_->steps.size();
  const TileStep* next = last ? nullptr : &job_->steps[number_ + 1];
  if (last || next->load_weights) {
    blocks_.weights.release();
    if (resident_.metadata.bytes != 0) {
      blocks_.metadata->release();
    }
  }
  if (last || next->load_activations) {
    blocks_.activations.release();
  }
  if (last || starts_channels(*job_, number_ + 1)) {
    blocks_.scales.release();
  }
}

std::string TileComputer::waiting_for() const {
  switch (state_) {
    case State::idle:
      return {};
    case State::waits_for_operands:
      return fmt::format("operands of tile step {} of {}", number_, job_->steps.size());
    case State::waits_for_output_room:
      return fmt::format("room in {} for tile step {} of {}", blocks_.outputs.sram().name(),
                         number_, job_->steps.size());
    case State::computes:
      return fmt::format("the array to finish tile step {} of {}", number_, job_->steps.size());
  }
  return {};
}

}  // namespace lacuna::engine
