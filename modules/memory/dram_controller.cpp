// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_controller.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::memory {

DramController::DramController(const DramDevice& device, std::uint32_t channels,
                               std::uint32_t ranks, const std::string& address_map,
                               const DramPolicies& policies)
    : DramController(device, channels, ranks, Node::make_scalar(address_map), policies) {}

DramController::DramController(const DramDevice& device, std::uint32_t channels,
                               std::uint32_t ranks, const Node& address_map,
                               const DramPolicies& policies)
    : device_(device),
      ranks_(ranks),
      map_(address_map, device.organisation, channels, ranks),
      run_(map_.run()),
      burst_shift_(DramAddressShape(device.organisation, channels, ranks).offset_bits) {
  const bool single =
      policies.refresh == DramRefresh::per_bank || policies.refresh == DramRefresh::same_bank;
  if (single && (device.timing.RFC_pb == 0 || device.timing.REFI_pb == 0)) {
    throw input_error({}, fmt::format("the device '{}' refreshes whole ranks only (no RFC_pb and "
                                      "REFI_pb in its timing): expected refresh: all_bank or off",
                                      device.name));
  }
  for (std::uint32_t i = 0; i < channels; ++i) {
    channels_.emplace_back(device, ranks, policies);
  }
}

std::uint64_t DramController::capacity() const {
  return device_.organisation.rank_bytes() * ranks_ * channels_.size();
}

template <class Visit>
void DramController::for_each_run(const DramTransfer& transfer, const DramStart& start,
                                  Visit visit) const {
  const std::uint64_t first = transfer.address >> burst_shift_;
  const std::uint64_t last = (transfer.address + transfer.bytes - 1) >> burst_shift_;
  DramRun run;
  run.lanes = run_.lanes;
  run.write = transfer.write;
  run.priority = transfer.priority;
  run.visible = transfer.visible;
  run.id = transfer.id;
  run.payload = transfer.payload;
  run.inside = transfer.inside;
  run.first = start.location;
  run.flip = start.flip;
  if (first == last) {
    visit(run);
    return;
  }
  for (std::uint64_t begin = first; begin <= last;) {
    const std::uint64_t end = std::min(last, begin | (run_.bursts - 1));
    // Channels do not see each other: each takes its share of consecutive bursts in one go.
    const std::uint64_t shares = std::min<std::uint64_t>(run_.channels, end - begin + 1);
    for (std::uint64_t burst = begin; burst < begin + shares; ++burst) {
      run.first = map_.decode(burst << burst_shift_);
      run.flip = map_.lane_flip(burst << burst_shift_);
      run.bursts = static_cast<std::uint32_t>((end - burst) / run_.channels + 1);
      visit(run);
    }
    begin = end + 1;
  }
}

void DramController::add(const DramTransfer& transfer, const DramStart& start) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(pending_.size());
    pending_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Pending& pending = pending_[index];
  pending.done = {transfer.id, DramChannel::never, 0, 0};
  pending.runs = 0;
  for_each_run(transfer, start, [&](DramRun& run) {
    run.id = index;
    ++pending.runs;
    pending.done.bus_bytes += std::uint64_t{run.bursts} << burst_shift_;
    channels_[run.first.channel].add(run);
  });
}

void DramController::advance(Clock until) {
  for (DramChannel& channel : channels_) {
    channel.advance(until);
    if (!channel.done().empty()) {
      collect(channel);
    }
    auto& instructed = channel.instructed();
    instructed_.insert(instructed_.end(), instructed.begin(), instructed.end());
    instructed.clear();
  }
}

void DramController::collect(DramChannel& channel) {
  for (const DramRunDone& run : channel.done()) {
    Pending& pending = pending_[run.id];
    pending.done.first_data = std::min(pending.done.first_data, run.first_data);
    pending.done.end_of_data = std::max(pending.done.end_of_data, run.end_of_data);
    if (--pending.runs == 0) {
      done_.push_back(pending.done);
      free_.push_back(run.id);
    }
  }
  channel.done().clear();
}

bool DramController::idle() const {
  return std::all_of(channels_.begin(), channels_.end(), [](const DramChannel& channel) {
    return channel.idle() && channel.all_taken();
  });
}

Clock DramController::earliest_end(bool reads) const {
  Clock earliest = DramChannel::never;
  for (const DramChannel& channel : channels_) {
    earliest = std::min({earliest, channel.earliest_end(reads), channel.earliest_inside_end()});
  }
  return earliest;
}

Clock DramController::earliest_instruction() const {
  Clock earliest = DramChannel::never;
  for (const DramChannel& channel : channels_) {
    earliest = std::min(earliest, channel.earliest_instruction());
  }
  return earliest;
}

void DramController::serve_ranks(bool ahead) {
  for (DramChannel& channel : channels_) {
    channel.serve_ranks(ahead);
  }
}

bool DramController::within(const DramTransfer& transfer, std::uint32_t channel,
                            std::uint32_t rank) const {
  bool all = true;
  for_each_run(transfer, start_of(transfer.address), [&](const DramRun& run) {
    all = all && run.first.channel == channel && run.first.rank == rank;
  });
  return all;
}

bool DramController::meets(const DramTransfer& transfer,
                           const std::function<bool(std::uint32_t, std::uint32_t)>& which) const {
  bool any = false;
  for_each_run(transfer, start_of(transfer.address),
               [&](const DramRun& run) { any = any || which(run.first.channel, run.first.rank); });
  return any;
}

Clock DramController::earliest_drain() const {
  Clock latest = 0;
  for (const DramChannel& channel : channels_) {
    latest = std::max(latest, channel.earliest_drain());
  }
  return latest;
}

Clock DramController::earliest_end(const DramTransfer& transfer, const DramStart& start,
                                   Clock others) const {
  Clock latest = 0;
  for_each_run(transfer, start, [&](const DramRun& run) {
    latest = std::max(latest, channels_[run.first.channel].earliest_end(run, others));
  });
  return latest;
}

TransferDone DramController::estimate(const DramTransfer& transfer) const {
  DramController copy = *this;
  for (DramChannel& channel : copy.channels_) {
    channel.record(nullptr);
  }
  copy.done_.clear();
  DramTransfer marked = transfer;
  marked.id = ~std::uint32_t{0};
  copy.add(marked);
  for (Clock until = transfer.visible;;) {
    until = std::max(until, copy.earliest_end()) + 1;
    copy.advance(until);
    for (const TransferDone& done : copy.done_) {
      if (done.id == marked.id) {
        return done;
      }
    }
    copy.done_.clear();
  }
}

DramCommandCounts DramController::counts(Clock now) {
  DramCommandCounts sum;
  for (DramChannel& channel : channels_) {
    sum += channel.counts(now);
  }
  return sum;
}

}  // namespace lacuna::memory
