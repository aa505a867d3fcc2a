// SPDX-License-Identifier: Apache-2.0
#include "enmc/dimm.h"

#include <algorithm>

#include <fmt/format.h>

#include "enmc/screener_bodies.h"
#include "memory/dram.h"
#include "tlm/watchdog.h"

namespace lacuna::enmc {

Dimm::Dimm(const sc_core::sc_module_name& name, const DimmParams& params,
           tlm::Surroundings& surroundings)
    : Component(name),
      params_(params),
      watchdog_(surroundings.watchdog),
      accounts_(this->name(), params.ranks, surroundings),
      instructions_(params.ranks),
      period_(Frequency(surroundings.clock).period()) {
  for (std::uint32_t i = 0; i < params.ranks; ++i) {
    ranks_.push_back(std::make_unique<Rank>(fmt::format("rank{}", i).c_str(), params.rank,
                                            accounts_, surroundings.watchdog));
    if (params.rank.screener.model != ScreenerModel::fast) {
      Screener& screener = ranks_.back()->screener;
      screener.use(make_screener_body(params.rank, screener.name(), period_, surroundings),
                   surroundings.watchdog);
    }
    offer_initiator(fmt::format("rank_port{}", i), ranks_.back()->port.memory);
    use_interface(fmt::format("rank_instructions{}", i), instructions_[i]);
  }
  offer_interface<Dimms>("dimms", *this);
}

void Dimm::bound(const std::string& port, const Component& target, const std::string& target_port) {
  const auto* dram = dynamic_cast<const memory::Dram*>(&target);
  const Time clock = target.command_period(target_port);
  if (dram == nullptr || clock == Time(0)) {
    watchdog_.fail(input_error({}, fmt::format("{}.{}", name(), port),
                               "leads to no memory with model: timed; expected rank_port0, ..."));
    return;
  }
  period_ = Time(clock.value() * params_.rank.memory_clocks);
  rank_bytes_ = dram->device().organisation.rank_bytes();
  const memory::DramOrganisation& organisation = dram->device().organisation;
  const memory::DramTimings& timing = dram->device().timing;
  rank_bandwidth_ = static_cast<double>(organisation.burst_bytes()) /
                    (static_cast<double>(timing.burst * timing.clock_ps) * 1e-12);
  const std::uint64_t ranks = dram->capacity().value() / rank_bytes_;
  if (ranks != params_.ranks) {
    watchdog_.fail(
        input_error({}, fmt::format("{}.ranks", name()),
                    fmt::format("the memory has {} ranks, found {}", ranks, params_.ranks)));
  }
  const std::uint64_t number = std::stoul(port.substr(std::string("rank_port").size()));
  ranks_[number]->port.lie_at(number * rank_bytes_);
}

void Dimm::end_of_elaboration() {
  for (std::uint32_t i = 0; i < params_.ranks; ++i) {
    ranks_[i]->clocked_by(period_);
    instructions_[i]->attach(ranks_[i]->controller);
    ranks_[i]->controller.belong_to(*instructions_[i]);
  }
}

std::string Dimm::waiting_for() const {
  for (const auto& rank : ranks_) {
    const std::string what = rank->controller.waiting_for();
    if (!what.empty()) {
      return fmt::format("{} of {}", what, rank->name());
    }
  }
  return {};
}

std::string RankShares::bound() const {
  constexpr double saturated = 0.6;  // as for layers of other machines
  const double compute = std::max(screener, executor);
  if (std::max(dram, compute) < saturated) {
    return "issue";
  }
  return dram >= compute ? "dram" : "compute";
}

RankShares Dimm::shares() const {
  RankShares shares;
  double owned = 0;
  double longest = 0;
  for (const auto& rank : ranks_) {
    const auto time = static_cast<double>(rank->controller.owned_time().value());
    owned += time;
    longest = std::max(longest, time);
    shares.screener += static_cast<double>(rank->screener.busy_time().value());
    shares.executor += static_cast<double>(rank->executor.busy_time().value());
    shares.issue += static_cast<double>(rank->screener.starved_time().value());
  }
  if (owned == 0) {
    return {};
  }
  const auto bytes =
      static_cast<double>(accounts_.screener_bytes.value() + accounts_.executor_bytes.value());
  shares.dram = bytes / rank_bandwidth_ / (owned * 1e-12);
  shares.screener /= owned;
  shares.executor /= owned;
  shares.issue /= owned;
  shares.gbps = bytes / (owned * 1e-12) * 1e-9;
  shares.straggler = longest * static_cast<double>(params_.ranks) / owned;
  return shares;
}

void Dimm::summarise(Summary& summary) const {
  const RankShares all = shares();
  summary.add("bound", all.bound());
  summary.add("dram_share", all.dram);
  summary.add("screener_share", all.screener);
  summary.add("executor_share", all.executor);
  summary.add("issue_share", all.issue);
  summary.add("rank_bandwidth_gbps", all.gbps);
  summary.add("straggler", all.straggler);
  Summary::Table table;
  table.columns = {"rank", "owned_ns", "screener_ns", "executor_ns", "starved_ns"};
  for (std::uint32_t i = 0; i < params_.ranks; ++i) {
    const Rank& rank = *ranks_[i];
    const auto ns = [](Time time) { return static_cast<double>(time.value()) * 1e-3; };
    table.rows.push_back({static_cast<double>(i), ns(rank.controller.owned_time()),
                          ns(rank.screener.busy_time()), ns(rank.executor.busy_time()),
                          ns(rank.screener.starved_time())});
  }
  summary.add("ranks", table);
}

tlm::ModuleType dimm_type() {
  auto type = tlm::module_type<DimmParams, Dimm>(
      "enmc", "ENMC logic beside the devices of every rank: extreme classification near memory");
  type.ports = {{"rank_port0, ...", "initiator", "rank_port0, ... of a memory"},
                {"rank_instructions0, ...", "interface", "rank_instructions0, ... of that memory"}};
  type.counters = {
      {"instructions", Measure::count, "instructions that the host sent, by rank that heard them"},
      {"rows_screened", Measure::count, "rows times contexts that the filters saw"},
      {"candidates", Measure::count, "rows times contexts that passed"},
      {"screener_bytes", Measure::bytes, "features, biases and weights that the Screeners loaded"},
      {"executor_bytes", Measure::bytes, "features and weights that the Executors loaded"},
      {"screener_cycles", Measure::cycles, "clocks in which INT4 MACs worked, all ranks"},
      {"executor_cycles", Measure::cycles, "clocks in which FP32 MACs worked, all ranks"},
      {"special_cycles", Measure::cycles,
       "clocks in which special-function units worked, all ranks"},
      {"active_cycles", Measure::cycles, "clocks in which ranks were the logic's, all ranks"}};
  return type;
}

}  // namespace lacuna::enmc
