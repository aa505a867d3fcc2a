// SPDX-License-Identifier: Apache-2.0
#include "engine/store_plan.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "engine/job.h"

namespace lacuna::engine {
namespace {

/// Marks the channels that are present; counts those that cannot be.
std::vector<bool> present_channels(Span<const std::uint16_t> channels, std::uint32_t layer_channels,
                                   StorePlan& plan) {
  std::vector<bool> present(layer_channels, false);
  for (const std::uint16_t channel : channels) {
    if (channel == no_channel) {
      continue;
    }
    if (channel >= layer_channels) {
      ++plan.dropped;
      continue;
    }
    plan.stored_channels += present[channel] ? 0 : 1;
    present[channel] = true;
  }
  return present;
}

/// Runs of channels, joined across gaps that are cheaper to skip with byte enables.
void add_runs(const std::vector<bool>& present, StorePlan& plan) {
  const std::uint32_t size = plan.element_bytes;
  for (std::uint32_t channel = 0; channel < present.size(); ++channel) {
    if (!present[channel]) {
      continue;
    }
    const std::uint32_t offset = channel * size;
    if (!plan.runs.empty()) {
      StoreRun& last = plan.runs.back();
      const std::uint32_t gap = offset - (last.offset + last.bytes);
      if (gap < store_gap_bytes) {
        last.bytes += gap + size;
        last.needs_enables = last.needs_enables || gap != 0;
        continue;
      }
    }
    plan.runs.push_back({offset, size, false});
  }
}

void add_copy(std::uint32_t from, std::uint32_t to, StorePlan& plan) {
  std::fill_n(plan.enables.begin() + to, plan.element_bytes, std::uint8_t{0xFF});
  if (!plan.copies.empty()) {
    StoreCopy& last = plan.copies.back();
    if (last.from + last.bytes == from && last.to + last.bytes == to) {
      last.bytes += plan.element_bytes;
      return;
    }
  }
  plan.copies.push_back({from, to, plan.element_bytes});
}

/// Shorter copies than this are not worth a call.
constexpr std::uint32_t short_copy = 16;

void copy(const std::uint8_t* from, std::uint8_t* to, std::uint32_t bytes) {
  if (bytes >= short_copy) {
    std::memcpy(to, from, bytes);
    return;
  }
  for (std::uint32_t i = 0; i < bytes; ++i) {
    to[i] = from[i];
  }
}

}  // namespace

StorePlan plan_store(Span<const std::uint16_t> channels, std::uint32_t element_bytes,
                     std::uint32_t layer_channels) {
  StorePlan plan;
  plan.element_bytes = element_bytes;
  plan.slots = static_cast<std::uint32_t>(channels.size());
  const std::vector<bool> present = present_channels(channels, layer_channels, plan);
  add_runs(present, plan);
  if (plan.runs.empty()) {
    return plan;
  }
  plan.span_offset = plan.runs.front().offset;
  plan.span_bytes = plan.runs.back().offset + plan.runs.back().bytes - plan.span_offset;
  plan.enables.assign(plan.span_bytes, 0);
  for (std::uint32_t slot = 0; slot < plan.slots; ++slot) {
    if (channels[slot] != no_channel && channels[slot] < layer_channels) {
      add_copy(slot * element_bytes, channels[slot] * element_bytes - plan.span_offset, plan);
    }
  }
  plan.complete = plan.stored_channels == layer_channels;
  return plan;
}

StorePlan plan_store_in_order(std::uint32_t first, std::uint32_t count, std::uint32_t element_bytes,
                              std::uint32_t layer_channels) {
  StorePlan plan;
  plan.element_bytes = element_bytes;
  plan.slots = count;
  plan.stored_channels = std::min(count, layer_channels - std::min(first, layer_channels));
  plan.dropped = count - plan.stored_channels;
  plan.complete = plan.stored_channels == layer_channels;
  if (plan.stored_channels == 0) {
    return plan;
  }
  plan.span_offset = first * element_bytes;
  plan.span_bytes = plan.stored_channels * element_bytes;
  plan.enables.assign(plan.span_bytes, 0xFF);
  plan.copies.push_back({0, 0, plan.span_bytes});
  plan.runs.push_back({plan.span_offset, plan.span_bytes, false});
  return plan;
}

void unshuffle(const StorePlan& plan, Span<const std::uint8_t> outputs, Span<std::uint8_t> image) {
  if (outputs.size() < std::size_t{plan.slots} * plan.element_bytes ||
      image.size() < plan.span_bytes) {
    throw model_error("unshuffling needs a larger output buffer or image");
  }
  for (const StoreCopy& piece : plan.copies) {
    copy(outputs.data() + piece.from, image.data() + piece.to, piece.bytes);
  }
}

std::vector<StoreTransfer> store_transfers(const workload::LayerShape& shape, const TileStep& step,
                                           const StorePlan& plan) {
  std::vector<StoreTransfer> transfers;
  const std::uint64_t position_bytes = std::uint64_t{shape.out_channels} * plan.element_bytes;
  for (std::uint32_t position = 0; position < step.height * step.width; ++position) {
    const std::uint64_t row =
        std::uint64_t{step.image} * shape.out_height() + step.out_row + position / step.width;
    const std::uint64_t place = row * shape.out_width() + step.out_column + position % step.width;
    for (const StoreRun& run : plan.runs) {
      const std::uint64_t offset = place * position_bytes + run.offset;
      if (plan.complete && !transfers.empty() &&
          transfers.back().offset + transfers.back().bytes == offset) {
        transfers.back().bytes += run.bytes;
        ++transfers.back().positions;
        continue;
      }
      transfers.push_back(
          {offset, run.bytes, position, 1, run.offset - plan.span_offset, run.needs_enables});
    }
  }
  return transfers;
}

}  // namespace lacuna::engine
