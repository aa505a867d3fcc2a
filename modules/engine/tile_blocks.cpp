// SPDX-License-Identifier: Apache-2.0
#include "engine/tile_blocks.h"

#include <utility>

#include "tlm/time.h"

namespace lacuna::engine {

namespace {

/// Published accounting has weights, activations and outputs; scales, metadata and indices are ours to add.
constexpr EnergyBoundary beside_the_array = EnergyBoundary::full;

std::unique_ptr<OperandBuffer> optional_buffer(const char* name, const memory::SramParams& params,
                                               OperandBuffer::Policy policy,
                                               tlm::Surroundings& surroundings) {
  if (params.capacity.value() == 0) {
    return nullptr;
  }
  return std::make_unique<OperandBuffer>(name, params, policy, surroundings, beside_the_array);
}

DmaParams dma_params(const TilePipelineParams& params) {
  DmaParams dma = params.dma;
  if (!params.count.overheads) {
    dma.issue_interval = 0;
  }
  return dma;
}

}  // namespace

TileBlocks::TileBlocks(const TilePipelineParams& p, std::uint32_t id, Frequency clock,
                       tlm::Surroundings& surroundings)
    : params(p),
      period(tlm::to_sc_time(clock.period())),
      watchdog(surroundings.watchdog),
      control("control", id, clock),
      dma("dma", dma_params(p), clock, channel_count, surroundings),
      weights("weight_buffer", p.weight_buffer, OperandBuffer::Policy::halves, surroundings),
      metadata(optional_buffer("metadata_buffer", p.metadata_buffer, OperandBuffer::Policy::halves,
                               surroundings)),
      activations("activation_buffer", p.activation_buffer, OperandBuffer::Policy::halves,
                  surroundings),
      outputs("output_buffer", p.output_buffer, OperandBuffer::Policy::halves, surroundings),
      scales("scale_buffer", p.scale_buffer, OperandBuffer::Policy::ring, surroundings,
             beside_the_array),
      indices(optional_buffer("index_buffer", p.index_buffer, OperandBuffer::Policy::ring,
                              surroundings)) {}

void TileBlocks::wait_clocks(std::uint64_t clocks) const {
  if (clocks != 0) {
    sc_core::wait(sc_core::sc_time::from_value(clocks * period.value()));
  }
}

void TileBlocks::move(Channel channel, DmaTransfer transfer, bool timed) {
  if (timed) {
    dma.run(channel, std::move(transfer));
  } else {
    dma.run_debug(std::move(transfer));
  }
}

}  // namespace lacuna::engine
