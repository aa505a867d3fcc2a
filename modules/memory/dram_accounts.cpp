// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_accounts.h"

#include "memory/dram_energy.h"

namespace lacuna::memory {

namespace {

enum Index : std::size_t {
  reads,
  writes,
  read_bytes,
  write_bytes,
  bus_read_bytes,
  bus_write_bytes,
  wasted_bytes,
  errors,
  latency_ns,
  busy_ns,
  column_reads,
  column_writes,
  activates,
  precharges,
  refreshes,
  row_hits,
  row_misses,
  row_conflicts,
  active_clocks,
};

/// total picoseconds -> what to add to a counter of whole nanoseconds.
void add_picoseconds(Counter& counter, std::uint64_t& total, std::uint64_t more) {
  total += more;
  counter += total / 1000 - counter.value();
}

}  // namespace

std::vector<tlm::CounterDocumentation> DramAccounts::documentation() {
  return {
      {"reads", Measure::count, "read payloads served"},
      {"writes", Measure::count, "write payloads served"},
      {"read_bytes", Measure::bytes, "bytes asked for and read"},
      {"write_bytes", Measure::bytes, "enabled bytes written"},
      {"bus_read_bytes", Measure::bytes, "bytes that read bursts moved"},
      {"bus_write_bytes", Measure::bytes, "bytes that write bursts moved, masked ones included"},
      {"wasted_bytes", Measure::bytes, "bytes moved that nobody asked for: ragged ends, masks"},
      {"errors", Measure::count, "payloads refused: outside the capacity, or malformed"},
      {"latency_ns", Measure::time_ns, "sum over payloads from arrival to response"},
      {"busy_ns", Measure::time_ns, "data buses in use, summed over channels (timed)"},
      {"column_reads", Measure::count, "RD commands (timed)"},
      {"column_writes", Measure::count, "WR commands (timed)"},
      {"activates", Measure::count, "ACT commands (timed)"},
      {"precharges", Measure::count, "banks precharged, one by one or all (timed)"},
      {"refreshes", Measure::count, "REF commands (timed)"},
      {"row_hits", Measure::count, "bursts that found their row open (timed)"},
      {"row_misses", Measure::count, "bursts that found their bank precharged (timed)"},
      {"row_conflicts", Measure::count, "bursts that found another row open (timed)"},
      {"active_clocks", Measure::cycles,
       "device clocks with a row open, summed over ranks (timed)"},
  };
}

DramAccounts::DramAccounts(const std::string& name, const DramParams& params,
                           const DramDevice& device, tlm::Surroundings& surroundings)
    : name_(name),
      surroundings_(surroundings),
      flat_energy_(params.energy == DramEnergyRule::flat || params.model != DramModel::timed),
      burst_ps_(static_cast<std::uint64_t>(device.timing.burst * device.timing.clock_ps)) {
  for (const tlm::CounterDocumentation& counter : documentation()) {
    counters_.push_back(
        &surroundings.statistics.add(name + "." + counter.path, counter.measure, counter.doc));
  }
  if (flat_energy_) {
    const Energy per_bit = device.access_energy.value() > 0
                               ? Energy(device.access_energy.value())
                               : surroundings.technology.entry("dram.access_per_bit").energy;
    access_ = &surroundings.energy.add(name + ".access", "dram", per_bit);
  }
  if (params.model == DramModel::timed && device.currents.known) {
    const DramEnergies each = dram_energies(device);
    EnergyAccount& energy = surroundings.energy;
    if (!flat_energy_) {
      activate_ = &energy.add(name + ".activate", "dram", each.activate);
      read_ = &energy.add(name + ".read", "dram", each.read);
      write_ = &energy.add(name + ".write", "dram", each.write);
    }
    refresh_ = &energy.add(name + ".refresh", "dram", each.refresh, EnergyBoundary::full);
    active_ = &energy.add(name + ".row_open", "dram", each.active_clock, EnergyBoundary::full);
    energy.add_static(name + ".standby", "dram",
                      each.precharged * static_cast<double>(params.ranks * params.channels),
                      EnergyBoundary::full);
  }
}

tlm::TrafficCounters& DramAccounts::requester(const tlm::Payload& payload) {
  const std::string& name = tlm::requester_of(payload);
  // Bursts of one requester follow each other: the last one is nearly always the one.
  if (&name != last_requester_) {
    auto found = requesters_.find(name);
    if (found == requesters_.end()) {
      found = requesters_.try_emplace(name, surroundings_.statistics, name_ + ".requester." + name)
                  .first;
    }
    last_requester_ = &name;
    last_counters_ = &found->second;
  }
  return *last_counters_;
}

void DramAccounts::add(const tlm::Payload& payload, std::uint64_t bus_bytes, Time latency) {
  requester(payload).add(payload);
  if (payload.is_response_error()) {
    ++*counters_[errors];
    return;
  }
  const std::uint64_t useful = tlm::enabled_bytes(payload);
  const bool write = payload.is_write();
  ++*counters_[write ? writes : reads];
  *counters_[write ? write_bytes : read_bytes] += useful;
  *counters_[write ? bus_write_bytes : bus_read_bytes] += bus_bytes;
  *counters_[wasted_bytes] += bus_bytes - useful;
  add_picoseconds(*counters_[latency_ns], latency_ps_, static_cast<std::uint64_t>(latency.value()));
  if (access_ != nullptr) {
    access_->count += 8 * bus_bytes;
  }
}

void DramAccounts::update(const DramCommandCounts& counts) {
  const auto raise = [this](Index index, std::uint64_t value, std::uint64_t seen,
                            EnergyEvent* event = nullptr) {
    *counters_[index] += value - seen;
    if (event != nullptr) {
      event->count += value - seen;
    }
  };
  raise(column_reads, counts.reads, seen_.reads, read_);
  raise(column_writes, counts.writes, seen_.writes, write_);
  raise(activates, counts.activates, seen_.activates, activate_);
  raise(precharges, counts.precharges, seen_.precharges);
  raise(refreshes, counts.refreshes, seen_.refreshes, refresh_);
  raise(row_hits, counts.row_hits, seen_.row_hits);
  raise(row_misses, counts.row_misses, seen_.row_misses);
  raise(row_conflicts, counts.row_conflicts, seen_.row_conflicts);
  raise(active_clocks, counts.active_clocks, seen_.active_clocks, active_);
  add_picoseconds(*counters_[busy_ns], busy_ps_,
                  burst_ps_ * (counts.reads + counts.writes - seen_.reads - seen_.writes));
  seen_ = counts;
}

}  // namespace lacuna::memory
