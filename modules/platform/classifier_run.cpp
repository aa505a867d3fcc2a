// SPDX-License-Identifier: Apache-2.0
#include "platform/classifier_run.h"

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "core/error.h"
#include "enmc/host.h"
#include "enmc/workload_classifier.h"
#include "tlm/time.h"

namespace lacuna::platform {

namespace {

/// Categories up to which every result is compared; of more, so many are.
constexpr std::uint64_t verified_in_full = std::uint64_t{1} << 20;

Bound bound_of(const enmc::RankShares& shares) {
  const std::string name = shares.bound();
  return name == "dram" ? Bound::dram : name == "compute" ? Bound::compute : Bound::issue;
}

LayerResult measure(const Platform& platform, const enmc::Host& host, const enmc::Batch& batch,
                    const std::string& name) {
  const enmc::ClassifierShape shape = batch.data->shape();
  const enmc::Dimms& dimms = host.dimms();
  const enmc::RankAccounts& accounts = dimms.accounts();
  LayerResult layer;
  layer.name = name;
  layer.accelerator = "accelerator";
  layer.kind = "classifier";
  layer.time_ns = static_cast<double>(host.elapsed().value()) * 1e-3;
  layer.cycles = static_cast<std::uint64_t>(host.elapsed().value() / dimms.clock_period().value());
  layer.macs = shape.categories * shape.dimension * batch.contexts;
  layer.effective_macs = accounts.candidates.value() * shape.dimension;
  layer.dram_read_bytes = platform.statistics().value(platform.dram_name() + ".read_bytes");
  layer.dram_write_bytes = platform.statistics().value(platform.dram_name() + ".write_bytes");
  layer.energy = platform.energy().summary({}, tlm::now());
  layer.bound = bound_of(dimms.shares());
  layer.mapping = fmt::format("{} rows a rank, {} ranks, {} contexts a pass, blocks of {} rows",
                              host.layout().rows_of(0), host.layout().ranks, host.layout().contexts,
                              host.layout().block_rows);
  return layer;
}

}  // namespace

void run_classifier(Platform& platform, const workload::Classifier& classifier,
                    const RunOptions& options, RunResult& result) {
  auto* host = platform.find_component<enmc::Host>();
  if (host == nullptr) {
    throw input_error(classifier.place, "classifier",
                      fmt::format("'{}' has no module of type enmc_host to run it "
                                  "(platforms/enmc.yaml has; 'lacuna screen' needs no platform)",
                                  platform.file().name));
  }
  result.workload = classifier.name;
  const auto data = std::make_shared<enmc::WorkloadClassifier>(classifier.params);
  host->place(data->shape(), classifier.params.batch);
  enmc::declare_classifier(platform.dram().storage(), data, host->layout(),
                           host->dimms().rank_bytes());
  enmc::Batch batch = data->batch();
  host->submit(batch);
  const auto begin = std::chrono::steady_clock::now();
  platform.simulate();
  result.host_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.host_processor_seconds = result.host_seconds;
  LayerResult layer = measure(platform, *host, batch, classifier.name);
  if (options.verify) {
    batch.constants.returns_all = host->parameters().returns_all;
    layer.checked = true;
    layer.mismatch =
        enmc::find_difference(*data, host->layout(), batch, host->results(),
                              host->dimms().parameters().rank.fp32_macs, verified_in_full);
    layer.verified = layer.mismatch.empty();
  }
  result.layers.push_back(std::move(layer));
  result.summary = platform.summary_of_run();
}

}  // namespace lacuna::platform
