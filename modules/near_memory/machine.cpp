// SPDX-License-Identifier: Apache-2.0
#include "near_memory/machine.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/summary.h"
#include "near_memory/arithmetic.h"
#include "near_memory/reference.h"
#include "sparse/screening/int4.h"
#include "tlm/time.h"
#include "workload/normalize.h"

namespace lacuna::near_memory {

namespace {

constexpr std::uint64_t header_bytes = 64;
constexpr std::uint32_t pair_bytes = 8;
/// Of merging one unit's part into a normalizer, and of one probability: two exponentials' worth.
constexpr double operations_per_merge = 20;

Counter& machine_counter(tlm::Surroundings& surroundings, const std::string& name,
                         std::size_t which) {
  const tlm::CounterDocumentation counter = machine_counters()[which];
  return surroundings.statistics.add(name + "." + counter.path, counter.measure, counter.doc);
}

}  // namespace

std::vector<tlm::CounterDocumentation> machine_counters() {
  return {{"macs", Measure::count, "multiply-accumulates of the units"},
          {"candidates", Measure::count, "rows times contexts that screening let pass"},
          {"loaded_bytes", Measure::bytes, "what units asked of their memory"},
          {"stored_bytes", Measure::bytes, "contexts, sums, outputs and results that were written"},
          {"spilled_bytes", Measure::bytes,
           "sums and outputs written and read again, both ways, as no buffer holds them"},
          {"unit_cycles", Measure::cycles, "clocks in which units worked, all units"},
          {"busy_cycles", Measure::cycles, "clocks in which multipliers worked, all units"}};
}

MachineAccounts::MachineAccounts(const std::string& name, tlm::Surroundings& surroundings)
    : macs(machine_counter(surroundings, name, 0)),
      candidates(machine_counter(surroundings, name, 1)),
      loaded_bytes(machine_counter(surroundings, name, 2)),
      stored_bytes(machine_counter(surroundings, name, 3)),
      spilled_bytes(machine_counter(surroundings, name, 4)),
      unit_cycles(machine_counter(surroundings, name, 5)),
      busy_cycles(machine_counter(surroundings, name, 6)) {}

Machine::Machine(const sc_core::sc_module_name& name, const UnitParams& params, bool screening,
                 const workload::FrontEndHost& front_end, tlm::Surroundings& surroundings)
    : Component(name),
      watchdog_(surroundings.watchdog),
      accounts_(this->name(), surroundings),
      unit_params_(params),
      screening_(screening),
      front_end_(front_end) {
  SC_HAS_PROCESS(Machine);
  SC_THREAD(run);
}

Unit& Machine::add_unit(const std::string& name, std::uint32_t sockets, std::uint64_t interleave) {
  units_.push_back(
      std::make_unique<Unit>(name.c_str(), unit_params_, sockets, interleave, watchdog_));
  return *units_.back();
}

void Machine::clock_units(double period_ps) {
  period_ps_ = period_ps;
  for (const auto& unit : units_) {
    unit->clocked_by(period_ps);
  }
}

void Machine::place(const workload::ClassifierShape& shape, std::uint32_t batch) {
  layout_ = lay_out(shape, batch, screening_, static_cast<std::uint32_t>(units_.size()),
                    bytes_of_unit(), alignment(), unit_params_);
}

void Machine::submit(workload::ClassifierBatch batch) {
  batches_.push_back({std::move(batch), tlm::now()});
  watchdog_.begin_work();
  submit_.notify(sc_core::SC_ZERO_TIME);
}

void Machine::run() {
  try {
    await_batch();
    begin_ = tlm::now();
    Time free = begin_;  // of the batch before
    while (true) {
      const Time front_end =
          workload::front_end_time(batch().front_end, batch().contexts, front_end_);
      front_end_time_ += front_end;
      doing_ = "itself: it works contexts out";
      spend(std::max(free, batches_[at_work_].at) + front_end - tlm::now());
      free = tlm::now();
      classify();
      free = overlaps_front_end() ? free : tlm::now();
      ++at_work_;
      doing_.clear();
      watchdog_.end_work();
      await_batch();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

void Machine::await_batch() {
  while (at_work_ == batches_.size()) {
    sc_core::wait(submit_);
  }
}

void Machine::spend(Time time) {
  if (time > Time(0)) {
    sc_core::wait(tlm::to_sc_time(time));
  }
}

void Machine::classify() {
  const Time begin = tlm::now();
  results_.emplace_back(batch().contexts);
  parts_.assign(batch().contexts, {});
  doing_ = "itself: it projects";
  if (screening_) {
    spend(time_of_host(static_cast<double>(batch().projection_operations)));
  }
  doing_ = "the memory: it writes contexts";
  write_contexts();
  const Time written = tlm::now();
  doing_ = "its units";
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    units_[i]->begin(layout_, i, batch().constants, done_);
  }
  await_units(written);
  const Time worked = tlm::now();
  doing_ = "the memory: it gathers results";
  gather();
  const Time gathered = tlm::now();
  doing_ = "itself: it normalizes";
  normalize();
  end_ = tlm::now();
  writing_ += written - begin;
  working_ += worked - written;
  gathering_ += gathered - worked;
  normalizing_ += end_ - gathered;
  count();
}

void Machine::await_units(Time since) {
  const auto running = [](const std::unique_ptr<Unit>& unit) { return unit->running(); };
  while (std::any_of(units_.begin(), units_.end(), running)) {
    sc_core::wait(done_);
  }
  const Time interval = poll_interval();
  if (interval > Time(0)) {
    const std::int64_t waited = (tlm::now() - since).value() % interval.value();
    spend(Time(waited == 0 ? 0 : interval.value() - waited));
  }
}

std::vector<std::uint8_t> Machine::context_bytes(std::uint32_t context, bool screener) const {
  const Matrix& matrix = screener ? layout_.screener : layout_.classifier;
  std::vector<float> values(matrix.values);
  if (screener) {
    const std::size_t bytes = sparse::screening::int4_bytes(matrix.values);
    widen(Span<const std::uint8_t>(batch().projected).subspan(context * bytes, bytes), 4, values);
  } else {
    std::copy_n(batch().features.begin() + std::ptrdiff_t{context} * matrix.values, matrix.values,
                values.begin());
  }
  std::vector<std::uint8_t> bytes(matrix.feature_stride());
  std::memcpy(bytes.data(), values.data(), 4 * values.size());
  return bytes;
}

/// Headers first, as they say how many results there are.
void Machine::gather() {
  const auto unit_count = static_cast<std::uint32_t>(units_.size());
  const std::uint32_t contexts = layout_.contexts;
  std::vector<std::uint8_t> headers(unit_count * contexts * header_bytes);
  std::vector<Wanted> wanted;
  for (std::uint32_t u = 0; u < unit_count; ++u) {
    wanted.push_back({u, layout_.headers_at,
                      Span<std::uint8_t>(headers).subspan(u * contexts * header_bytes,
                                                          contexts * header_bytes)});
  }
  read_results(std::move(wanted));
  wanted.clear();
  std::vector<std::vector<std::uint8_t>> bytes;
  for (std::uint32_t u = 0; u < unit_count; ++u) {
    for (std::uint32_t c = 0; c < contexts; ++c) {
      ResultHeader header;
      std::memcpy(&header, headers.data() + (u * contexts + c) * header_bytes, sizeof header);
      if (header.sum > 0) {
        parts_[c].push_back({header.maximum, header.sum});
      }
      if (layout_.screening) {
        bytes.emplace_back(std::size_t{pair_bytes} * header.results);
      }
    }
    if (!layout_.screening) {
      bytes.emplace_back(std::size_t{4} * contexts * layout_.rows_of(u));
    }
  }
  const std::uint32_t lists = layout_.screening ? contexts : 1;
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t unit = i / lists;
    const std::uint64_t at =
        layout_.screening
            ? layout_.results_at + std::uint64_t{pair_bytes} * (i % lists) * layout_.rows_of(unit)
            : layout_.outputs_at;
    wanted.push_back({unit, at, bytes[i]});
  }
  read_results(std::move(wanted));
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t unit = i / lists;
    if (layout_.screening) {
      for (std::size_t from = 0; from < bytes[i].size(); from += pair_bytes) {
        UnitResult pair;
        std::memcpy(static_cast<void*>(&pair), bytes[i].data() + from, pair_bytes);
        results_.back()[i % lists].accurate.push_back(
            {layout_.category_of(unit, pair.row), pair.value});
      }
      continue;
    }
    for (std::size_t v = 0; 4 * v < bytes[i].size(); ++v) {
      float value = 0;
      std::memcpy(&value, bytes[i].data() + 4 * v, sizeof value);
      results_.back()[v % contexts].accurate.push_back(
          {layout_.category_of(unit, static_cast<std::uint32_t>(v / contexts)), value});
    }
  }
}

void Machine::normalize() {
  std::uint64_t values = 0;
  for (std::uint32_t c = 0; c < layout_.contexts; ++c) {
    values += workload::normalize(results_.back()[c], parts_[c], batch().constants.normalizer);
  }
  spend(time_of_host(static_cast<double>(values) * operations_per_merge));
}

/// Counters are brought up to what the units say, which is of all batches.
void Machine::count() {
  std::uint64_t macs = 0;
  std::uint64_t candidates = 0;
  std::uint64_t loaded = 0;
  std::uint64_t stored = 0;
  std::uint64_t spilled = 0;
  double worked_ps = 0;
  double busy_ps = 0;
  for (const auto& unit : units_) {
    macs += unit->macs();
    candidates += unit->candidates();
    loaded += unit->port.bytes_loaded();
    stored += unit->port.bytes_stored();
    spilled += unit->spilled_bytes();
    worked_ps += static_cast<double>(unit->worked().value());
    busy_ps += unit->busy_ps();
  }
  const auto raise = [](Counter& counter, std::uint64_t to) { counter += to - counter.value(); };
  const auto clocks = [&](double time_ps) {
    return static_cast<std::uint64_t>(time_ps / period_ps_ + 0.5);
  };
  raise(accounts_.macs, macs);
  raise(accounts_.candidates, candidates);
  raise(accounts_.loaded_bytes, loaded);
  raise(accounts_.stored_bytes, stored);
  raise(accounts_.spilled_bytes, spilled);
  raise(accounts_.unit_cycles, clocks(worked_ps));
  raise(accounts_.busy_cycles, clocks(busy_ps));
}

MachineShares Machine::shares() const {
  MachineShares shares;
  double worked = 0;
  double longest = 0;
  double bytes = 0;
  for (const auto& unit : units_) {
    const auto time = static_cast<double>(unit->worked().value());
    worked += time;
    longest = std::max(longest, time);
    shares.compute += unit->busy_ps();
    bytes += static_cast<double>(unit->port.bytes_loaded() + unit->port.bytes_stored());
  }
  if (worked == 0) {
    return {};
  }
  shares.compute /= worked;
  shares.dram = bytes / unit_bandwidth() / (worked * 1e-12);
  shares.gbps = bytes / (worked * 1e-12) * 1e-9;
  shares.straggler = longest * static_cast<double>(units_.size()) / worked;
  return shares;
}

std::string Machine::find_difference(std::uint64_t most, std::size_t batch) const {
  return near_memory::find_difference(layout_, unit_params_, batches_.at(batch).batch,
                                      results(batch), most);
}

void Machine::summarise(Summary& summary) const {
  const MachineShares all = shares();
  summary.add("bound", all.bound());
  summary.add("dram_share", all.dram);
  summary.add("compute_share", all.compute);
  summary.add("unit_bandwidth_gbps", all.gbps);
  summary.add("straggler", all.straggler);
  const auto ns = [](Time time) { return static_cast<double>(time.value()) * 1e-3; };
  summary.add("elapsed_ns", ns(end_ - begin_));
  summary.add("front_end_ns", ns(front_end_time_));
  summary.add("classification_ns", ns(writing_ + working_ + gathering_ + normalizing_));
  summary.add("contexts_ns", ns(writing_));
  summary.add("units_ns", ns(working_));
  summary.add("results_ns", ns(gathering_));
  summary.add("normalization_ns", ns(normalizing_));
}

}  // namespace lacuna::near_memory
