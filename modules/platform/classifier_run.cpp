// SPDX-License-Identifier: Apache-2.0
#include "platform/classifier_run.h"

#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/blocks.h"
#include "core/error.h"
#include "enmc/host.h"
#include "enmc/workload_classifier.h"
#include "near_memory/machine.h"
#include "tlm/time.h"

namespace lacuna::platform {

namespace {

/// Categories up to which every result is compared; of more, so many are.
constexpr std::uint64_t verified_in_full = std::uint64_t{1} << 20;

/// Processor time of this thread, in which all of SystemC runs.
double simulating_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Bound bound_named(const std::string& name) {
  return name == "dram" ? Bound::dram : name == "compute" ? Bound::compute : Bound::issue;
}

/// What every machine's classification has.
LayerResult layer_of(const Platform& platform, const std::string& name,
                     const workload::ClassifierShape& shape, std::uint32_t contexts, Time elapsed,
                     double period_ps) {
  LayerResult layer;
  layer.name = name;
  layer.accelerator = "accelerator";
  layer.kind = "classifier";
  layer.time_ns = static_cast<double>(elapsed.value()) * 1e-3;
  layer.cycles =
      static_cast<std::uint64_t>(static_cast<double>(elapsed.value()) / period_ps + 0.001);
  layer.macs = shape.categories * shape.dimension * contexts;
  for (const memory::Dram* dram : platform.drams()) {
    const std::string memory = dram->name();
    layer.dram_read_bytes += platform.statistics().value(memory + ".read_bytes");
    layer.dram_write_bytes += platform.statistics().value(memory + ".write_bytes");
  }
  layer.energy = platform.energy().summary({}, tlm::now());
  return layer;
}

/// What of the energy so far DRAM costs as time passes, what its accesses cost, and the rest.
void split_energy(const Platform& platform, ClassifierFigures& figures) {
  const auto passes_by_itself = [](const std::string& name) {
    const std::string what = name.substr(name.rfind('.') + 1);
    return what == "refresh" || what == "bank_refresh" || what == "row_open" ||
           what == "standby_clock" || what == "active_power_down" ||
           what == "precharged_power_down";
  };
  for (const EnergyEvent& event : platform.energy().events()) {
    double& part = event.category != "dram"       ? figures.logic_pj
                   : passes_by_itself(event.name) ? figures.static_pj
                                                  : figures.access_pj;
    part += event.total().value();
  }
  const double elapsed_ns = static_cast<double>(tlm::now().value()) * 1e-3;
  for (const StaticPower& power : platform.energy().static_powers()) {
    double& part = power.category == "dram" ? figures.static_pj : figures.logic_pj;
    part += power.power.value() * elapsed_ns;
  }
}

std::uint32_t contexts_of(const workload::Classifier& classifier) {
  return classifier.params.batch * classifier.params.batches;
}

/// A difference and where it is.
std::string in_batch(std::size_t number, const std::string& difference) {
  return difference.empty() || number == 0 ? difference
                                           : fmt::format("batch {}: {}", number, difference);
}

/// Simulates until all batches are classified.
void simulate(Platform& platform, RunResult& result) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor = simulating_seconds();
  platform.simulate();
  result.host_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.host_processor_seconds = simulating_seconds() - processor;
}

LayerResult run_on_enmc(Platform& platform, enmc::Host& host,
                        const std::shared_ptr<const workload::WorkloadClassifier>& data,
                        const workload::Classifier& classifier, const RunOptions& options,
                        RunResult& result) {
  host.place(data->shape(), classifier.params.batch);
  enmc::declare_classifier(platform.dram().storage(), data, host.layout(),
                           host.dimms().rank_bytes());
  std::vector<enmc::Batch> batches;
  for (std::uint32_t i = 0; i < classifier.params.batches; ++i) {
    batches.push_back(data->batch(i));
    host.submit(batches.back());
  }
  simulate(platform, result);
  const enmc::Dimms& dimms = host.dimms();
  LayerResult layer = layer_of(platform, classifier.name, data->shape(), contexts_of(classifier),
                               host.elapsed(), static_cast<double>(dimms.clock_period().value()));
  layer.effective_macs = dimms.accounts().candidates.value() * data->shape().dimension;
  layer.bound = bound_named(dimms.shares().bound());
  ClassifierFigures figures;
  figures.units = dimms.parameters().ranks;
  figures.contexts = contexts_of(classifier);
  figures.candidates = dimms.accounts().candidates.value();
  figures.moved_bytes =
      dimms.accounts().screener_bytes.value() + dimms.accounts().executor_bytes.value();
  const enmc::RankShares shares = dimms.shares();
  figures.peak_gbps = shares.dram == 0 ? 0 : shares.gbps / shares.dram * figures.units;
  split_energy(platform, figures);
  layer.classifier = figures;
  layer.mapping = fmt::format("{} rows a rank, {} ranks, {} contexts a pass, blocks of {} rows",
                              host.layout().rows_of(0), host.layout().ranks, host.layout().contexts,
                              host.layout().block_rows);
  if (options.verify) {
    layer.checked = true;
    for (std::size_t i = 0; i < batches.size() && layer.mismatch.empty(); ++i) {
      batches[i].constants.returns_all = host.parameters().returns_all;
      layer.mismatch =
          in_batch(i, enmc::find_difference(*data, host.layout(), batches[i], host.results(i),
                                            dimms.parameters().rank.fp32_macs, verified_in_full));
    }
  }
  return layer;
}

LayerResult run_on_units(Platform& platform, near_memory::Machine& machine,
                         const std::shared_ptr<const workload::WorkloadClassifier>& data,
                         const workload::Classifier& classifier, const RunOptions& options,
                         RunResult& result) {
  machine.place(data->shape(), classifier.params.batch);
  for (const near_memory::Machine::MemoryShare& share : machine.contents(data)) {
    platform.dram(share.memory).storage().declare(share.base, share.bytes, share.content);
  }
  for (std::uint32_t i = 0; i < classifier.params.batches; ++i) {
    machine.submit(data->batch(i));
  }
  simulate(platform, result);
  LayerResult layer = layer_of(platform, classifier.name, data->shape(), contexts_of(classifier),
                               machine.elapsed(), machine.period_ps());
  layer.effective_macs = platform.statistics().value(std::string(machine.name()) + ".macs");
  layer.bound = bound_named(machine.shares().bound());
  const std::string name = machine.name();
  ClassifierFigures figures;
  figures.units = machine.layout().units;
  figures.contexts = contexts_of(classifier);
  figures.candidates = platform.statistics().value(name + ".candidates");
  figures.moved_bytes = platform.statistics().value(name + ".loaded_bytes") +
                        platform.statistics().value(name + ".stored_bytes");
  figures.peak_gbps = machine.peak_bandwidth() * 1e-9;
  split_energy(platform, figures);
  layer.classifier = figures;
  const near_memory::UnitLayout& layout = machine.layout();
  layer.mapping = fmt::format(
      "{} rows a unit, {} units, tiles of {} values{}", layout.rows_of(0), layout.units,
      layout.screening ? layout.screener.tile : layout.classifier.tile,
      layout.screening ? fmt::format(" and {} of candidates", layout.candidates.tile) : "");
  if (options.verify) {
    layer.checked = true;
    for (std::size_t i = 0; i < classifier.params.batches && layer.mismatch.empty(); ++i) {
      layer.mismatch = in_batch(i, machine.find_difference(verified_in_full, i));
    }
  }
  return layer;
}

}  // namespace

void run_classifier(Platform& platform, const workload::Classifier& classifier,
                    const RunOptions& options, RunResult& result) {
  auto* host = platform.find_component<enmc::Host>();
  auto* machine = platform.find_component<near_memory::Machine>();
  if (host == nullptr && machine == nullptr) {
    throw input_error(classifier.place, "classifier",
                      fmt::format("'{}' has no module of type enmc_host, near_memory or "
                                  "classification_cpu to run it (platforms/enmc.yaml has; 'lacuna "
                                  "screen' needs no platform)",
                                  platform.file().name));
  }
  result.workload = classifier.name;
  const auto data = std::make_shared<const workload::WorkloadClassifier>(
      classifier.params, thread_count(options.jobs));
  LayerResult layer = host != nullptr
                          ? run_on_enmc(platform, *host, data, classifier, options, result)
                          : run_on_units(platform, *machine, data, classifier, options, result);
  layer.verified = layer.checked && layer.mismatch.empty();
  result.layers.push_back(std::move(layer));
  result.summary = platform.summary_of_run();
}

}  // namespace lacuna::platform
