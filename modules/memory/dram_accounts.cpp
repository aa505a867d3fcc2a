// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_accounts.h"

#include <algorithm>

#include "memory/dram_instruction_window.h"

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
  bank_refreshes,
  power_downs,
  power_down_clocks,
  inside_reads,
  inside_writes,
  instructions,
  instruction_reads,
  instruction_beats,
};

/// total picoseconds -> what to add to a counter of whole nanoseconds.
void add_picoseconds(Counter& counter, std::uint64_t& total, std::uint64_t more) {
  total += more;
  counter += total / 1000 - counter.value();
}

/// That took the data bus, as long as a burst does.
std::uint64_t bursts_of(const DramCommandCounts& counts) {
  return counts.reads + counts.writes + counts.instruction_reads + counts.instruction_writes;
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
      {"latency_ns", Measure::time_ns,
       "sum over payloads from arrival to response: of posted writes, to their acceptance"},
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
       "device clocks with a row open and no power-down, summed over ranks (timed)"},
      {"bank_refreshes", Measure::count, "refreshes of single banks, REFpb or REFsb (timed)"},
      {"power_downs", Measure::count, "entries of ranks into power-down (timed)"},
      {"power_down_clocks", Measure::cycles,
       "device clocks in power-down, summed over ranks (timed)"},
      {"inside_reads", Measure::count, "RD commands from within ranks; not among column_reads"},
      {"inside_writes", Measure::count, "WR commands from within ranks; not among column_writes"},
      {"instructions", Measure::count,
       "instructions to logic beside the ranks' devices; not among reads and writes"},
      {"instruction_reads", Measure::count, "of these, those that it answered"},
      {"instruction_beats", Measure::count, "beats of the data bus with data of instructions"},
  };
}

DramAccounts::DramAccounts(const std::string& name, const DramParams& params,
                           const DramDevice& device, tlm::Surroundings& surroundings)
    : name_(name),
      surroundings_(surroundings),
      flat_energy_(params.energy == DramEnergyRule::flat || params.model != DramModel::timed),
      burst_ps_(static_cast<std::uint64_t>(device.timing.burst * device.timing.clock_ps)),
      burst_bits_(8 * std::uint64_t{device.organisation.burst_bytes()}),
      beat_bits_(8 * std::uint64_t{device.organisation.bus_bytes()}) {
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
    add_energies(params, device);
  }
}

void DramAccounts::add_energies(const DramParams& params, const DramDevice& device) {
  const DramEnergies each = dram_energies(device);
  EnergyAccount& energy = surroundings_.energy;
  const auto full = [&](const char* name, Energy one) {
    return &energy.add(name_ + name, "dram", one, EnergyBoundary::full);
  };
  if (!flat_energy_) {
    activate_ = &energy.add(name_ + ".activate", "dram", each.activate);
    read_ = &energy.add(name_ + ".read", "dram", each.read);
    write_ = &energy.add(name_ + ".write", "dram", each.write);
    if (params.io_energy.value() > 0) {
      io_ = full(".io", Energy(params.io_energy.value()));
    }
  }
  refresh_ = full(".refresh", each.refresh);
  if (params.refresh == DramRefresh::per_bank || params.refresh == DramRefresh::same_bank) {
    const DramOrganisation& o = device.organisation;
    const bool same = params.refresh == DramRefresh::same_bank;
    bank_refresh_ = full(".bank_refresh",
                         Energy(each.refresh.value() / (same ? o.banks_per_group : o.banks())));
  }
  active_ = full(".row_open", each.active_clock);
  if (params.power_down == DramPowerDown::off) {
    standby_power_ = each.precharged * static_cast<double>(params.ranks * params.channels);
    energy.add_static(name_ + ".standby", "dram", standby_power_, EnergyBoundary::full);
  } else {
    standby_ = full(".standby_clock", each.precharged_clock);
    active_down_ = full(".active_power_down", each.active_down_clock);
    precharged_down_ = full(".precharged_power_down", each.precharged_down_clock);
  }
}

DramAccounts::Requester& DramAccounts::requester(const std::string& name) {
  // Bursts of one requester follow each other: the last one is nearly always the one.
  if (&name != last_name_) {
    auto found = requesters_.find(name);
    if (found == requesters_.end()) {
      found = requesters_.try_emplace(name, surroundings_.statistics, name_ + ".requester." + name)
                  .first;
    }
    last_name_ = &name;
    last_requester_ = &found->second;
  }
  return *last_requester_;
}

void DramAccounts::accepted(const tlm::Payload& payload, std::uint64_t useful) {
  requester(tlm::requester_of(payload)).counters.add(payload);
  if (payload.is_response_error()) {
    ++*counters_[errors];
    return;
  }
  const bool write = payload.is_write();
  ++*counters_[write ? writes : reads];
  *counters_[write ? write_bytes : read_bytes] += useful;
}

void DramAccounts::finished(const FinishedRequest& request) {
  *counters_[request.write ? bus_write_bytes : bus_read_bytes] += request.bus_bytes;
  *counters_[wasted_bytes] += request.bus_bytes - request.useful;
  if (access_ != nullptr) {
    access_->count += 8 * request.bus_bytes;
  }
  (request.write ? write_latency_ : read_latency_).add(request.end - request.arrival);
  all_.add(request);
  requester(*request.requester).latencies.add(request);
}

void DramAccounts::answered(Time latency) {
  add_picoseconds(*counters_[latency_ns], latency_ps_, static_cast<std::uint64_t>(latency.value()));
}

void DramAccounts::Latencies::add(const FinishedRequest& request) {
  const Time latency = request.end - request.arrival;
  ++requests;
  bytes += request.bytes;
  sum_ps += static_cast<std::uint64_t>(latency.value());
  max = std::max(max, latency);
  first = first < Time(0) ? request.arrival : std::min(first, request.arrival);
  last = std::max(last, request.end);
}

double DramAccounts::Latencies::bandwidth_gbps() const {
  return last > first
             ? static_cast<double>(bytes) * 1e3 / static_cast<double>((last - first).value())
             : 0;
}

void DramAccounts::update(const DramCommandCounts& counts, Time now) {
  const auto raise = [this](Index index, std::uint64_t value, std::uint64_t seen,
                            EnergyEvent* event = nullptr) {
    *counters_[index] += value - seen;
    if (event != nullptr) {
      event->count += value - seen;
    }
  };
  const auto spend = [](EnergyEvent* event, std::uint64_t total) {
    if (event != nullptr) {
      event->count = total;
    }
  };
  const std::uint64_t down = counts.active_down_clocks + counts.precharged_down_clocks;
  raise(column_reads, counts.reads, seen_.reads, read_);
  raise(column_writes, counts.writes, seen_.writes, write_);
  raise(inside_reads, counts.inside_reads, seen_.inside_reads, read_);
  raise(inside_writes, counts.inside_writes, seen_.inside_writes, write_);
  raise(activates, counts.activates, seen_.activates, activate_);
  raise(precharges, counts.precharges, seen_.precharges);
  raise(refreshes, counts.refreshes, seen_.refreshes, refresh_);
  raise(bank_refreshes, counts.bank_refreshes, seen_.bank_refreshes, bank_refresh_);
  raise(row_hits, counts.row_hits, seen_.row_hits);
  raise(row_misses, counts.row_misses, seen_.row_misses);
  raise(row_conflicts, counts.row_conflicts, seen_.row_conflicts);
  raise(active_clocks, counts.active_clocks, seen_.active_clocks, active_);
  raise(power_downs, counts.power_downs, seen_.power_downs);
  raise(power_down_clocks, down, seen_.active_down_clocks + seen_.precharged_down_clocks);
  spend(standby_, counts.rank_clocks - down);
  spend(active_down_, counts.active_down_clocks);
  spend(precharged_down_, counts.precharged_down_clocks);
  add_picoseconds(*counters_[busy_ns], busy_ps_,
                  burst_ps_ * (bursts_of(counts) - bursts_of(seen_)));
  raise(instructions, counts.instructions, seen_.instructions);
  raise(instruction_reads, counts.instruction_reads, seen_.instruction_reads);
  raise(instruction_beats, counts.instruction_beats, seen_.instruction_beats);
  if (access_ != nullptr) {
    access_->count += beat_bits_ * (counts.instruction_beats - seen_.instruction_beats);
  }
  if (io_ != nullptr) {
    // A precharge leaves the row address low; an instruction drives it.
    io_->count = burst_bits_ * (counts.reads + counts.writes) +
                 beat_bits_ * counts.instruction_beats + instruction_bits * counts.instructions;
  }
  seen_ = counts;
  now_ = now;
}

void DramAccounts::summarise(Summary& summary) const {
  summary.add("bandwidth_gbps", all_.bandwidth_gbps());
  read_latency_.summarise(summary, "read_latency_ns");
  write_latency_.summarise(summary, "write_latency_ns");
  for (const Index index : {row_hits, row_misses, row_conflicts}) {
    summary.add(documentation()[index].path, counters_[index]->value());
  }
  Summary& commands = summary.part("commands");
  commands.add("ACT", seen_.activates);
  commands.add("PRE", seen_.precharges);
  commands.add("RD", seen_.reads);
  commands.add("WR", seen_.writes);
  if (seen_.inside_reads + seen_.inside_writes != 0) {
    commands.add("RD_inside", seen_.inside_reads);
    commands.add("WR_inside", seen_.inside_writes);
  }
  if (seen_.instructions != 0) {
    commands.add("INS", seen_.instructions - seen_.instruction_writes - seen_.instruction_reads);
    commands.add("INSW", seen_.instruction_writes);
    commands.add("INSR", seen_.instruction_reads);
  }
  commands.add("REF", seen_.refreshes);
  commands.add("REFB", seen_.bank_refreshes);
  commands.add("PDE", seen_.power_downs);
  Summary& energy = summary.part("energy_pj");
  for (const EnergyEvent* event : {access_, activate_, read_, write_, io_, refresh_, bank_refresh_,
                                   active_, standby_, active_down_, precharged_down_}) {
    if (event != nullptr) {
      energy.add(event->name.substr(name_.size() + 1), event->total().value());
    }
  }
  if (standby_power_.value() > 0) {
    // Milliwatts times nanoseconds are picojoules.
    energy.add("standby", standby_power_.value() * static_cast<double>(now_.value()) * 1e-3);
  }
  Summary& requesters = summary.part("requesters");
  for (const auto& [name, requester] : requesters_) {
    const Latencies& latencies = requester.latencies;
    if (latencies.requests == 0) {
      continue;
    }
    Summary& part = requesters.part(name);
    part.add("bandwidth_gbps", latencies.bandwidth_gbps());
    Summary& latency = part.part("latency_ns");
    latency.add("mean", static_cast<double>(latencies.sum_ps) * 1e-3 /
                            static_cast<double>(latencies.requests));
    latency.add("max", static_cast<double>(latencies.max.value()) * 1e-3);
  }
}

}  // namespace lacuna::memory
