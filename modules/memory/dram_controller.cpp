// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_controller.h"

#include <algorithm>
#include <limits>

namespace lacuna::memory {

DramController::DramController(const DramDevice& device, std::uint32_t channels,
                               std::uint32_t ranks, const std::string& address_map, bool refresh)
    : device_(device),
      ranks_(ranks),
      map_(address_map, device.organisation, channels, ranks),
      run_(map_.run()),
      burst_bytes_(device.organisation.burst_bytes()) {
  for (std::uint32_t i = 0; i < channels; ++i) {
    channels_.emplace_back(device, ranks, refresh);
  }
}

std::uint64_t DramController::capacity() const {
  return device_.organisation.rank_bytes() * ranks_ * channels_.size();
}

TransferTimes DramController::transfer(std::uint64_t address, std::uint64_t bytes, bool write,
                                       Clock not_before) {
  const std::uint64_t first = address / burst_bytes_;
  const std::uint64_t last = (address + bytes - 1) / burst_bytes_;
  TransferTimes result;
  result.first_data = std::numeric_limits<Clock>::max();
  for (std::uint64_t burst = first; burst <= last;) {
    const std::uint64_t run_end = std::min(last, burst | (run_.bursts - 1));
    serve_run(burst, run_end, write, not_before, result);
    burst = run_end + 1;
  }
  result.bus_bytes = (last - first + 1) * burst_bytes_;
  return result;
}

void DramController::serve_run(std::uint64_t first, std::uint64_t last, bool write,
                               Clock not_before, TransferTimes& times) {
  // Channels do not see each other: each may take its share of the run in one go.
  const std::uint64_t shares = std::min<std::uint64_t>(run_.channels, last - first + 1);
  for (std::uint64_t burst = first; burst < first + shares; ++burst) {
    const std::uint64_t count = (last - burst) / run_.channels + 1;
    const DramLocation at = map_.decode(burst * burst_bytes_);
    const BurstTimes served =
        channels_[at.channel].access_run(at, run_.lanes, count, write, not_before);
    times.first_data = std::min(times.first_data, served.first_data);
    times.end_of_data = std::max(times.end_of_data, served.end_of_data);
  }
}

void DramController::advance(Clock now) {
  for (DramTiming& channel : channels_) {
    channel.advance(now);
  }
}

DramCommandCounts DramController::counts() const {
  DramCommandCounts sum;
  for (const DramTiming& channel : channels_) {
    const DramCommandCounts counts = channel.counts();
    sum.reads += counts.reads;
    sum.writes += counts.writes;
    sum.activates += counts.activates;
    sum.precharges += counts.precharges;
    sum.refreshes += counts.refreshes;
    sum.row_hits += counts.row_hits;
    sum.row_misses += counts.row_misses;
    sum.row_conflicts += counts.row_conflicts;
    sum.active_clocks += counts.active_clocks;
  }
  return sum;
}

}  // namespace lacuna::memory
