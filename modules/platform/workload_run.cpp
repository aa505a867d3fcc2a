// SPDX-License-Identifier: Apache-2.0
#include "platform/workload_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>

namespace lacuna::platform {

using workload::Layer;

namespace {

std::uint64_t fnv1a(Span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) {
    hash = (hash ^ byte) * 0x100000001b3U;
  }
  return hash;
}

std::string kind_name(workload::LayerKind kind) {
  switch (kind) {
    case workload::LayerKind::convolution:
      return "conv";
    case workload::LayerKind::gemm:
      return "gemm";
    case workload::LayerKind::attention:
      return "attention";
  }
  return "conv";
}

/// Where a layer's time went, from the larger of service and waiting, and the busiest of what was waited for.
Bound bound_of(const LayerResult& layer, double dram_busy_ns, double noc_busy_ns) {
  const std::uint64_t waiting = layer.input_wait_cycles + layer.output_wait_cycles;
  if (layer.array_cycles >= waiting) {
    return Bound::compute;
  }
  constexpr double saturated = 0.6;
  const double busiest = std::max(dram_busy_ns, noc_busy_ns);
  if (busiest >= saturated * layer.time_ns) {
    return dram_busy_ns >= noc_busy_ns ? Bound::dram : Bound::noc;
  }
  return layer.output_wait_cycles > layer.input_wait_cycles ? Bound::buffer : Bound::issue;
}

/// A counter of a difference; 0 where there is none.
std::uint64_t value_of(const StatisticsSnapshot& traffic, const std::string& path) {
  const auto found = traffic.find(path);
  return found == traffic.end() ? 0 : found->second;
}

}  // namespace

WorkloadRun::WorkloadRun(Platform& platform, const AcceleratorSite& site,
                         const workload::Workload& workload, const RunOptions& options,
                         Company company)
    : platform_(platform), site_(site), workload_(workload), options_(options), company_(company) {
  select_layers();
  job_options_.seed = options.seed;
  job_options_.quality = options.quality;
  job_options_.spread = workload.knobs.mapping == workload::MappingKnob::paper
                            ? engine::PositionSpread::width
                            : engine::PositionSpread::any;
  job_options_.on_chip = workload.knobs.residency == workload::ResidencyKnob::on_chip;
  job_options_.memory_bytes_per_cycle =
      platform.memory_bandwidth().value() / site.accelerator->resources().clock.value();
  survey();
  prepared_ = prepare(0);
}

void WorkloadRun::select_layers() {
  std::vector<std::string> names;
  for (const Layer& layer : workload_.layers) {
    names.push_back(layer.name);
    if (options_.layers.empty() || ::fnmatch(options_.layers.c_str(), layer.name.c_str(), 0) == 0) {
      layers_.push_back(&layer);
    }
  }
  if (layers_.empty()) {
    Place place;
    place.file = "--layers " + options_.layers;
    throw input_error(place, fmt::format("no layer of '{}' matches{}", workload_.name,
                                         suggestion(options_.layers, names)));
  }
}

/// All layers compete for the sensitive channels, whichever of them run.
void WorkloadRun::survey() {
  std::vector<engine::ChannelSensitivity> network;
  for (const Layer& layer : workload_.layers) {
    if (layer.weight_storage == workload::WeightStorage::offline) {
      const workload::QuantizedWeights weights = workload::make_weights(layer, options_.seed);
      const Span<const float> scales = weights.scales.elements<float>();
      network.push_back({layer.name, {scales.begin(), scales.end()}, layer.shape.groups});
    }
  }
  site_.accelerator->survey(network);
}

std::launch WorkloadRun::policy() const {
  return options_.jobs == 1 ? std::launch::deferred : std::launch::async;
}

std::future<LayerJob> WorkloadRun::prepare(std::size_t index) {
  if (index >= layers_.size()) {
    return {};
  }
  return std::async(policy(), [this, layer = layers_[index]] {
    return prepare_layer(site_, *layer, job_options_);
  });
}

std::string WorkloadRun::current() const {
  return running_ && !finished()
             ? fmt::format("layer '{}' (job {}) of {}", running_->layer->name, next_, site_.name)
             : std::string();
}

void WorkloadRun::await_layer() {
  running_ = std::make_shared<LayerJob>(prepared_.get());
  prepared_ = prepare(next_ + 1);
}

void WorkloadRun::start_layer() {
  for (const engine::MemoryImage& image : running_->images) {
    site_.host->load(image.address, image.bytes);
  }
  statistics_before_ = platform_.statistics().snapshot();
  energy_before_ = platform_.energy().counts();
  site_.host->submit(running_->job, running_->descriptor_address);
}

std::string WorkloadRun::finish_layer(RunOutcome& outcome, Trace& trace) {
  const auto report = site_.host->take_report();
  if (!report && company_ == Company::others) {
    return {};
  }
  std::string name = running_->layer->name;
  if (!report || (report->status & engine::status_error) != 0) {
    throw model_error(fmt::format("{}: layer '{}' ended with error code {}", site_.name, name,
                                  report ? static_cast<unsigned>(report->fault) : 0U));
  }
  if (options_.trace) {
    trace.add(site_.name, name, report->start, site_.accelerator->resources().clock.period(),
              site_.accelerator->last_tiles());
  }
  begin_ = next_ == 0 ? report->start : begin_;
  end_ = report->end;
  LayerResult result = result_of(*running_, *report);
  count_traffic(result, difference(platform_.statistics().snapshot(), statistics_before_));
  finish_check(outcome);
  outcome.result.layers.push_back(result);
  check_outputs(running_, outcome);
  ++next_;
  return name;
}

void WorkloadRun::complete(RunOutcome& outcome) {
  finish_check(outcome);
}

LayerResult WorkloadRun::result_of(const LayerJob& job, const host::JobReport& report) const {
  const engine::JobRecord record = site_.accelerator->last_job();
  LayerResult result;
  result.name = job.layer->name;
  result.accelerator = site_.name;
  result.kind = kind_name(job.layer->kind);
  result.cycles = report.job_cycles;
  result.array_cycles = record.array_cycles;
  result.busy_cycles = record.array.busy_cycles;
  result.fill_cycles = record.array.fill_cycles;
  result.drain_stall_cycles = record.array.drain_stall_cycles;
  result.input_wait_cycles = record.input_wait_cycles;
  result.output_wait_cycles = record.output_wait_cycles;
  const Time period = site_.accelerator->resources().clock.period();
  result.time_ns =
      static_cast<double>(report.job_cycles) * static_cast<double>(period.value()) * 1e-3;
  result.macs = job.layer->shape.macs();
  result.effective_macs = record.array.effective_macs;
  result.lane_cycles = record.array.lane_cycles;
  result.effectual_lane_cycles = record.array.effectual_lane_cycles;
  result.intra_pe_idle = record.array.intra_pe_idle;
  result.inter_pe_idle = record.array.inter_pe_idle;
  result.weight_bytes = job.weight_bytes;
  result.quality = job.quality;
  result.mapping = describe_mapping(job.job);
  const Time elapsed(static_cast<std::int64_t>(report.job_cycles) * period.value());
  result.energy = platform_.energy().summary(
      energy_before_, elapsed, company_ == Company::alone ? std::string() : site_.name);
  return result;
}

void WorkloadRun::count_traffic(LayerResult& result, const StatisticsSnapshot& traffic) const {
  const auto value = [&](const std::string& path) { return value_of(traffic, path); };
  result.dram_read_bytes = memory_bytes(traffic, "read_bytes");
  result.dram_write_bytes = memory_bytes(traffic, "write_bytes");
  // The bus time that the bytes need at least: a flat memory has no other busy time.
  const double bus_bytes = static_cast<double>(value(platform_.dram_name() + ".bus_read_bytes") +
                                               value(platform_.dram_name() + ".bus_write_bytes"));
  const double dram_busy = std::max(static_cast<double>(value(platform_.dram_name() + ".busy_ns")),
                                    bus_bytes / platform_.dram().peak_bandwidth().value() * 1e9);
  const double noc_busy = busiest_link_ns(traffic);
  result.bound = bound_of(result, dram_busy, noc_busy);
}

std::uint64_t WorkloadRun::memory_bytes(const StatisticsSnapshot& traffic,
                                        const std::string& counter) const {
  if (company_ == Company::alone) {
    return value_of(traffic, platform_.dram_name() + "." + counter);
  }
  const std::string mine = platform_.dram_name() + ".requester." + site_.name + ".";
  std::uint64_t bytes = 0;
  for (auto entry = traffic.lower_bound(mine);
       entry != traffic.end() && entry->first.compare(0, mine.size(), mine) == 0; ++entry) {
    const std::string& path = entry->first;
    const bool asked =
        path.size() > counter.size() &&
        path.compare(path.size() - counter.size() - 1, std::string::npos, "." + counter) == 0;
    bytes += asked ? entry->second : 0;
  }
  return bytes;
}

/// Of the interconnect's links, each of which counts its beats.
double WorkloadRun::busiest_link_ns(const StatisticsSnapshot& traffic) const {
  std::uint64_t beats = 0;
  for (const auto& [path, value] : traffic) {
    const bool is_link = path.find("_beats") != std::string::npos;
    beats = is_link ? std::max(beats, value) : beats;
  }
  return static_cast<double>(beats) * static_cast<double>(platform_.file().clock.period().value()) *
         1e-3;
}

/// Reads the outputs back now, as the next layer's job reuses the memory; compares them in the background.
void WorkloadRun::check_outputs(const std::shared_ptr<LayerJob>& job, RunOutcome& outcome) {
  std::vector<std::uint8_t> bytes(job->output_bytes);
  site_.host->inspect(job->job.outputs_address, bytes);
  platform_.dram().storage().release(site_.dram_offset, site_.memory_size);
  LayerResult& result = outcome.result.layers.back();
  result.output_hash = fnv1a(bytes);
  auto actual = std::make_shared<Tensor>(output_tensor(*job, bytes));
  if (options_.save_outputs) {
    const std::string folder =
        company_ == Company::alone ? std::string("outputs/") : "outputs/" + site_.name + "/";
    outcome.outputs.push_back({folder + job->layer->name + ".npy", *actual});
  }
  if (options_.verify) {
    result.checked = true;
    checked_ = outcome.result.layers.size() - 1;
    check_ = std::async(policy(), [job, actual] {
      return describe_mismatch(*job, expected_tensor(*job), *actual);
    });
  }
}

void WorkloadRun::finish_check(RunOutcome& outcome) {
  if (check_.valid()) {
    LayerResult& layer = outcome.result.layers[checked_];
    layer.mismatch = check_.get();
    layer.verified = layer.mismatch.empty();
  }
}

}  // namespace lacuna::platform
