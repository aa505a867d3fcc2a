// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_storer.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/load_plan.h"

namespace lacuna::engine {

TileStorer::TileStorer(const sc_core::sc_module_name& name, TileBlocks& blocks,
                       sc_core::sc_fifo<FinishedUnitHandle>& finished, Statistics& statistics,
                       TileFailure fail)
    : sc_module(name),
      blocks_(blocks),
      finished_(finished),
      fail_(std::move(fail)),
      unshuffle_cycles_(statistics.add(std::string(this->name()) + ".unshuffle_cycles",
                                       Measure::cycles,
                                       "putting channels back in their original places")),
      dropped_channels_(statistics.add(std::string(this->name()) + ".dropped_channels",
                                       Measure::count,
                                       "channel slots whose index is no channel of the layer")),
      job_stored_("job_stored") {
  SC_HAS_PROCESS(TileStorer);
  SC_THREAD(run);
}

void TileStorer::run() {
  try {
    while (true) {
      const FinishedUnitHandle unit = finished_.read();
      storing_ = unit.get();
      store(*unit);
      storing_ = nullptr;
      if (unit->last()) {
        job_stored_.notify(sc_core::SC_ZERO_TIME);
      }
    }
  } catch (const Error& error) {
    fail_(error);
  }
}

void TileStorer::store(const FinishedUnit& unit) {
  if (unit.indices.load) {
    blocks_.dma.wait_for(unit.indices.load);
  }
  plan(unit);
  unshuffle_outputs(unit);
  const JobDescriptor& job = unit.job->descriptor;
  DmaHandle writes;
  if (job.outputs_on_chip) {
    keep(unit);
  } else {
    writes = blocks_.dma.start(TileBlocks::store_channel, transfer(unit));
  }
  // Bytes stream through the unshuffle stage on their way: the slower of the two decides.
  if ((job.reordered_channels || job.outputs_on_chip) && blocks_.params.count.overheads) {
    const std::uint64_t per_clock = blocks_.params.unshuffle_bytes;
    const std::uint64_t clocks = (unit.outputs.bytes + per_clock - 1) / per_clock;
    unshuffle_cycles_ += clocks;
    blocks_.wait_clocks(clocks);
  }
  if (writes) {
    blocks_.dma.wait_for(writes);
  }
  blocks_.outputs.release();
  if (unit.indices.bytes != 0 && unit.last_of_indices) {
    blocks_.indices->release();
  }
}

/// The next layer's activations: their place in the activation buffer is counted. What stands in memory is for whoever
/// looks at it, and takes no time.
void TileStorer::keep(const FinishedUnit& unit) {
  memory::SramBuffer& sram = blocks_.activations.sram();
  sram.count_writes(sram.words(0, unit.outputs.bytes));
  blocks_.dma.run_debug(transfer(unit));
}

void TileStorer::plan(const FinishedUnit& unit) {
  const StoreUnit stored = store_unit(*unit.job, unit.step());
  if (planned_job_ == unit.job && planned_unit_ == stored) {
    return;
  }
  const JobDescriptor& job = unit.job->descriptor;
  const auto element = static_cast<std::uint32_t>(size_of(job.output));
  if (job.reordered_channels) {
    plan_ = plan_store(original_channels(unit), element, job.shape.out_channels);
  } else {
    TileStep first = unit.step();
    first.first_block = stored.first_block;
    plan_ = plan_store_in_order(first_channel(job, first), stored.channels, element,
                                job.shape.out_channels);
  }
  dropped_channels_ += plan_.dropped;
  planned_job_ = unit.job;
  planned_unit_ = stored;
}

std::vector<std::uint16_t> TileStorer::original_channels(const FinishedUnit& unit) {
  std::vector<std::uint16_t> channels(store_unit(*unit.job, unit.step()).channels);
  memory::SramBuffer& sram = blocks_.indices->sram();
  const auto bytes = blocks_.params.count.metadata
                         ? sram.read(unit.indices.offset, unit.indices.bytes)
                         : sram.peek(unit.indices.offset, unit.indices.bytes);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    channels[i] = static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
  }
  return channels;
}

void TileStorer::unshuffle_outputs(const FinishedUnit& unit) {
  const std::uint64_t positions = std::uint64_t{unit.step().height} * unit.step().width;
  const std::uint64_t row = unit.outputs.bytes / positions;
  images_.resize(positions * plan_.span_bytes);
  const auto outputs = blocks_.outputs.sram().read(unit.outputs.offset, unit.outputs.bytes);
  for (std::uint64_t position = 0; position < positions; ++position) {
    unshuffle(plan_, outputs.subspan(position * row, row),
              Span<std::uint8_t>(images_).subspan(position * plan_.span_bytes, plan_.span_bytes));
  }
}

DmaTransfer TileStorer::transfer(const FinishedUnit& unit) {
  DmaTransfer made;
  made.direction = DmaTransfer::Direction::store;
  made.what = "outputs";
  made.endpoint = &endpoint_;
  for (const StoreTransfer& write :
       store_transfers(unit.job->descriptor.shape, unit.step(), plan_)) {
    DmaPiece piece;
    piece.memory.address = unit.job->descriptor.outputs_address + write.offset;
    piece.memory.run_bytes = write.bytes;
    piece.local.offset =
        std::uint64_t{write.first_position} * plan_.span_bytes + write.image_offset;
    if (write.needs_enables) {
      piece.enables =
          Span<const std::uint8_t>(plan_.enables).subspan(write.image_offset, write.bytes);
    }
    made.pieces.push_back(piece);
  }
  return made;
}

std::string TileStorer::waiting_for() const {
  if (storing_ == nullptr) {
    return {};
  }
  return fmt::format("the outputs of tile step {} of {} to reach memory", storing_->number,
                     storing_->job->steps.size());
}

}  // namespace lacuna::engine
