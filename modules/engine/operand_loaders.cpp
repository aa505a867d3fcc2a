// SPDX-License-Identifier: Apache-2.0
#include "engine/operand_loaders.h"

#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "engine/load_plan.h"

namespace lacuna::engine {

namespace {

/// Loads that compute has not taken yet; the halves of the buffers are the tighter bound.
constexpr int loads_ahead = 2;

std::vector<DmaPiece> one_run(std::uint64_t address, std::uint64_t bytes) {
  DmaPiece piece;
  piece.memory.address = address;
  piece.memory.run_bytes = bytes;
  return {piece};
}

}  // namespace

OperandLoader::OperandLoader(const sc_core::sc_module_name& name, TileBlocks& blocks,
                             TileFailure fail)
    : sc_module(name), jobs("jobs", 1), blocks_(blocks), fail_(std::move(fail)) {
  SC_HAS_PROCESS(OperandLoader);
  SC_THREAD(run);
}

void OperandLoader::run() {
  try {
    while (true) {
      load_job(jobs.read());
    }
  } catch (const Error& error) {
    fail_(error);
  }
}

OperandRegion OperandLoader::fetch(OperandBuffer& buffer, TileBlocks::Channel channel,
                                   const char* what, std::uint64_t bytes,
                                   std::vector<DmaPiece> pieces, bool counted) {
  OperandRegion region;
  wanted_ = &buffer;
  region.offset = buffer.acquire(bytes);
  wanted_ = nullptr;
  region.bytes = bytes;
  region.version = ++loads_;
  DmaTransfer transfer;
  transfer.what = what;
  transfer.endpoint = counted ? &buffer.endpoint() : &buffer.debug_endpoint();
  transfer.pieces = std::move(pieces);
  for (DmaPiece& piece : transfer.pieces) {
    piece.local.offset += region.offset;
  }
  if (counted) {
    region.load = blocks_.dma.start(channel, std::move(transfer));
  } else {
    blocks_.dma.run_debug(std::move(transfer));
  }
  return region;
}

std::string OperandLoader::waiting_for() const {
  return wanted_ != nullptr ? fmt::format("room in {}", wanted_->sram().name()) : std::string();
}

WeightLoader::WeightLoader(const sc_core::sc_module_name& name, TileBlocks& blocks,
                           TileFailure fail)
    : OperandLoader(name, blocks, std::move(fail)), loads("loads", loads_ahead), table_(blocks) {}

void WeightLoader::load_job(const TileJobHandle& job) {
  table_.open(job->descriptor.tile_table_address,
              job->descriptor.shape.groups * job->counts.channel_tiles * job->counts.chunks);
  for (std::size_t number = 0; number < job->steps.size(); ++number) {
    const TileStep& step = job->steps[number];
    if (!step.load_weights) {
      continue;
    }
    auto load = std::make_shared<WeightLoad>();
    load_weights(*job, step, *load);
    if (starts_channels(*job, number)) {
      load->scales = load_scales(*job, step);
    }
    if (job->descriptor.reordered_channels && starts_store_unit(*job, number)) {
      load->indices = load_indices(*job, step);
    }
    loads.write(load);
  }
}

void WeightLoader::load_weights(const TileJob& job, const TileStep& step, WeightLoad& load) {
  const JobDescriptor& descriptor = job.descriptor;
  if (descriptor.weight_source != WeightSource::stream) {
    load.weights = fetch(blocks_.weights, TileBlocks::weight_channel, "dynamic weights",
                         dynamic_weight_bytes(step), dynamic_weight_pieces(descriptor, step), true);
    return;
  }
  const WeightTileEntry entry = table_.entry(tile_table_index(descriptor, step));
  load.weights = fetch(blocks_.weights, TileBlocks::weight_channel, "weights", entry.weights_bytes,
                       one_run(entry.weights_address, entry.weights_bytes), true);
  if (entry.metadata_bytes == 0) {
    return;
  }
  if (!blocks_.metadata) {
    throw model_error(
        fmt::format("{}: a weight tile has metadata, this machine has no buffer for it", name()));
  }
  load.metadata =
      fetch(*blocks_.metadata, TileBlocks::weight_channel, "weight metadata", entry.metadata_bytes,
            one_run(entry.metadata_address, entry.metadata_bytes), blocks_.params.count.metadata);
}

OperandRegion WeightLoader::load_scales(const TileJob& job, const TileStep& step) {
  const std::uint64_t bytes = step.channels * channel_scale_bytes;
  const std::uint64_t address = job.descriptor.channel_scale_address +
                                first_channel_slot(job.descriptor, step) * channel_scale_bytes;
  return fetch(blocks_.scales, TileBlocks::weight_channel, "channel scales", bytes,
               one_run(address, bytes), blocks_.params.count.metadata);
}

OperandRegion WeightLoader::load_indices(const TileJob& job, const TileStep& step) {
  if (!blocks_.indices) {
    throw model_error(
        fmt::format("{}: a job has reordered channels, this machine has no index buffer", name()));
  }
  const StoreUnit unit = store_unit(job, step);
  TileStep first = step;
  first.first_block = unit.first_block;
  const std::uint64_t bytes = unit.channels * channel_index_bytes;
  const std::uint64_t address = job.descriptor.channel_index_address +
                                first_channel_slot(job.descriptor, first) * channel_index_bytes;
  return fetch(*blocks_.indices, TileBlocks::weight_channel, "channel indices", bytes,
               one_run(address, bytes), blocks_.params.count.metadata);
}

ActivationLoader::ActivationLoader(const sc_core::sc_module_name& name, TileBlocks& blocks,
                                   TileFailure fail)
    : OperandLoader(name, blocks, std::move(fail)), loads("loads", loads_ahead) {}

void ActivationLoader::load_job(const TileJobHandle& job) {
  const JobDescriptor& descriptor = job->descriptor;
  for (const TileStep& step : job->steps) {
    if (!step.load_activations) {
      continue;
    }
    const ActivationWindow window = activation_window(descriptor.shape, descriptor.mapping, step,
                                                      descriptor.signed_activations);
    loads.write(std::make_shared<OperandRegion>(
        fetch(blocks_.activations, TileBlocks::activation_channel, "activations",
              activation_bytes(window, step), activation_pieces(descriptor, step, window),
              !descriptor.activations_on_chip)));
  }
}

}  // namespace lacuna::engine
