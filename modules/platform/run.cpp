// SPDX-License-Identifier: Apache-2.0
#include "platform/run.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>

#include "core/version.h"
#include "platform/layer_job.h"
#include "platform/platform.h"
#include "platform/trace.h"
#include "workload/workload.h"

namespace lacuna::platform {

using workload::Layer;
using workload::Workload;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::uint64_t fnv1a(Span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::uint8_t byte : bytes) {
    hash = (hash ^ byte) * 0x100000001b3U;
  }
  return hash;
}

std::vector<workload::Setting> settings_of(const PlatformFile& file) {
  std::vector<workload::Setting> settings;
  for (const Node::Entry& entry : file.workload.entries) {
    settings.push_back({"workload." + entry.key, entry.value.scalar, entry.value.place.text()});
  }
  return settings;
}

/// A workload that a run can honour in full.
Workload load_workload(const std::string& path, const PlatformFile& file) {
  Workload workload = workload::load_workload(path, settings_of(file));
  if (workload.knobs.residency != workload::ResidencyKnob::none) {
    Place place;
    place.file = path;
    throw input_error(
        place, "workload.residency",
        "on_chip needs layers whose outputs are the next ones' inputs; every layer of "
        "this version has inputs of its own, expected none");
  }
  return workload;
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

/// One workload on one accelerator of a built platform.
class WorkloadRun {
 public:
  WorkloadRun(Platform& platform, const AcceleratorSite& site, const Workload& workload,
              const RunOptions& options)
      : platform_(platform), site_(site), workload_(workload), options_(options) {
    select_layers();
    job_options_.seed = options.seed;
    job_options_.spread = workload.knobs.mapping == workload::MappingKnob::paper
                              ? engine::PositionSpread::width
                              : engine::PositionSpread::any;
    job_options_.memory_bytes_per_cycle =
        platform.dram().peak_bandwidth().value() / site.accelerator->resources().clock.value();
  }

  void execute(RunOutcome& outcome, Trace& trace, const ProgressListener& progress) {
    survey();
    std::future<LayerJob> next = prepare(0);
    std::vector<std::future<void>> checks;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      auto job = std::make_shared<LayerJob>(next.get());
      next = prepare(i + 1);
      outcome.result.layers.push_back(run_layer(*job, outcome, trace));
      finish_check(checks, outcome);
      check(job, outcome, checks);
      if (progress) {
        progress(i + 1, layers_.size(), job->layer->name);
      }
    }
    finish_check(checks, outcome);
  }

 private:
  void select_layers() {
    std::vector<std::string> names;
    for (const Layer& layer : workload_.layers) {
      names.push_back(layer.name);
      if (options_.layers.empty() ||
          ::fnmatch(options_.layers.c_str(), layer.name.c_str(), 0) == 0) {
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
  void survey() {
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

  std::launch policy() const {
    return options_.jobs == 1 ? std::launch::deferred : std::launch::async;
  }

  std::future<LayerJob> prepare(std::size_t index) {
    if (index >= layers_.size()) {
      return {};
    }
    return std::async(policy(), [this, layer = layers_[index]] {
      return prepare_layer(site_, *layer, job_options_);
    });
  }

  LayerResult run_layer(LayerJob& job, RunOutcome& outcome, Trace& trace) {
    const Clock::time_point start = Clock::now();
    for (engine::MemoryImage& image : job.images) {
      site_.host->load(image.address, image.bytes);
    }
    const StatisticsSnapshot before = platform_.statistics().snapshot();
    const std::vector<std::uint64_t> events = platform_.energy().counts();
    site_.host->submit(job.job, job.descriptor_address);
    platform_.simulate();
    outcome.result.host_seconds += seconds_since(start);
    const auto report = site_.host->take_report();
    if (!report || (report->status & engine::status_error) != 0) {
      throw model_error(fmt::format("{}: layer '{}' ended with error code {}", site_.name,
                                    job.layer->name,
                                    report ? static_cast<unsigned>(report->fault) : 0U));
    }
    if (options_.trace) {
      trace.add(site_.name, job.layer->name, report->start,
                site_.accelerator->resources().clock.period(), site_.accelerator->last_tiles());
    }
    LayerResult result = result_of(job, *report, events);
    count_traffic(result, difference(platform_.statistics().snapshot(), before));
    return result;
  }

  LayerResult result_of(const LayerJob& job, const host::JobReport& report,
                        const std::vector<std::uint64_t>& events) const {
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
    result.mapping = describe_mapping(job.job);
    const Time elapsed(static_cast<std::int64_t>(report.job_cycles) * period.value());
    result.energy = platform_.energy().summary(events, elapsed);
    return result;
  }

  void count_traffic(LayerResult& result, const StatisticsSnapshot& traffic) const {
    const auto value = [&](const std::string& path) {
      const auto found = traffic.find(path);
      return found == traffic.end() ? 0 : found->second;
    };
    result.dram_read_bytes = value(platform_.dram_name() + ".read_bytes");
    result.dram_write_bytes = value(platform_.dram_name() + ".write_bytes");
    // The bus time that the bytes need at least: a flat memory has no other busy time.
    const double bus_bytes = static_cast<double>(value(platform_.dram_name() + ".bus_read_bytes") +
                                                 value(platform_.dram_name() + ".bus_write_bytes"));
    const double dram_busy =
        std::max(static_cast<double>(value(platform_.dram_name() + ".busy_ns")),
                 bus_bytes / platform_.dram().peak_bandwidth().value() * 1e9);
    const double noc_busy = busiest_link_ns(traffic);
    result.bound = bound_of(result, dram_busy, noc_busy);
  }

  /// Of the interconnect's links, each of which counts its beats.
  double busiest_link_ns(const StatisticsSnapshot& traffic) const {
    std::uint64_t beats = 0;
    for (const auto& [path, value] : traffic) {
      const bool is_link = path.find("_beats") != std::string::npos;
      beats = is_link ? std::max(beats, value) : beats;
    }
    return static_cast<double>(beats) *
           static_cast<double>(platform_.file().clock.period().value()) * 1e-3;
  }

  /// Reads the outputs back now, as the next layer's job reuses the memory; compares them in the background.
  void check(const std::shared_ptr<LayerJob>& job, RunOutcome& outcome,
             std::vector<std::future<void>>& checks) {
    std::vector<std::uint8_t> bytes(job->output_bytes);
    site_.host->inspect(job->job.outputs_address, bytes);
    platform_.dram().storage().release(0, platform_.dram().storage().capacity());
    LayerResult& result = outcome.result.layers.back();
    result.output_hash = fnv1a(bytes);
    auto actual = std::make_shared<Tensor>(output_tensor(*job, bytes));
    if (options_.save_outputs) {
      outcome.outputs.push_back({"outputs/" + job->layer->name + ".npy", *actual});
    }
    if (options_.verify) {
      result.checked = true;
      checks.push_back(std::async(policy(), [job, actual, this] {
        mismatch_ = describe_mismatch(*job, expected_tensor(*job), *actual);
      }));
    }
  }

  void finish_check(std::vector<std::future<void>>& checks, RunOutcome& outcome) {
    if (checks.empty()) {
      return;
    }
    checks.front().get();
    checks.clear();
    // The layer before the one that has just been pushed, or the last one at the end.
    for (LayerResult& layer : outcome.result.layers) {
      if (layer.checked && !layer.verified && layer.mismatch.empty()) {
        layer.mismatch = mismatch_;
        layer.verified = mismatch_.empty();
        break;
      }
    }
  }

  Platform& platform_;
  const AcceleratorSite& site_;
  const Workload& workload_;
  const RunOptions& options_;
  std::vector<const Layer*> layers_;
  JobOptions job_options_;
  std::string mismatch_;
};

const AcceleratorSite& site_of(const Platform& platform, const WorkloadAssignment& assignment) {
  std::vector<std::string> names;
  for (const AcceleratorSite& site : platform.accelerators()) {
    names.push_back(site.name);
    if (site.name == assignment.accelerator ||
        (assignment.accelerator.empty() && platform.accelerators().size() == 1)) {
      return site;
    }
  }
  Place place;
  place.file = "--workload " + assignment.path;
  throw input_error(
      place, assignment.accelerator.empty()
                 ? "which accelerator? expected ACCELERATOR=FILE"
                 : fmt::format("no accelerator '{}' in '{}'{}", assignment.accelerator,
                               platform.file().name, suggestion(assignment.accelerator, names)));
}

void describe_run(const Platform& platform, const RunOptions& options, RunResult& result) {
  result.platform = platform.file().name;
  result.version = version;
  result.seed = options.seed;
  if (!platform.accelerators().empty()) {
    const engine::Resources resources = platform.accelerators().front().accelerator->resources();
    result.resources["serial_lanes"] = std::to_string(resources.serial_lanes);
    result.resources["sram_bits"] = std::to_string(resources.sram_bits);
    result.resources["clock"] = to_text(resources.clock);
  }
  result.resources["dram"] = platform.parameter(platform.dram_name(), "device");
  result.resources["node"] = fmt::format("{}nm", platform.technology().node().value());
  result.area_um2 = platform.area().total().value();
  for (const AreaAccount::Item& item : platform.area().items()) {
    result.area_by_block[item.block] += item.each.value() * static_cast<double>(item.count);
  }
}

void collect_statistics(const Platform& platform, RunResult& result) {
  for (const Statistics::Entry& entry : platform.statistics().entries()) {
    result.statistics.push_back(
        {entry.path, unit_of(entry.measure), entry.description, entry.counter.value()});
  }
  for (const tlm::FaultInjector::Fault& fault : platform.faults().faults()) {
    if (!fault.fired) {
      result.warnings.push_back("--inject " + fault.text() + ": that byte was never written");
    }
  }
}

Node knobs_node(const std::vector<Workload>& workloads, const PlatformFile& file) {
  return workloads.empty() ? file.workload : write_parameters(workloads.front().knobs);
}

}  // namespace

WorkloadAssignment parse_workload_assignment(const std::string& text) {
  const std::size_t equals = text.find('=');
  const bool named = equals != std::string::npos && equals > 0 && text.find_first_of("/.") > equals;
  return named ? WorkloadAssignment{text.substr(0, equals), text.substr(equals + 1)}
               : WorkloadAssignment{"", text};
}

RunOutcome run(const RunOptions& options, const ProgressListener& progress) {
  const Clock::time_point start = Clock::now();
  const PlatformFile file = read_platform_file(options.platform, options.overrides);
  std::vector<Workload> workloads;
  for (const WorkloadAssignment& assignment : options.workloads) {
    workloads.push_back(load_workload(assignment.path, file));
  }
  Platform platform(file, options.injections);
  RunOutcome outcome;
  describe_run(platform, options, outcome.result);
  outcome.result.warnings = platform.warnings();
  if (workloads.empty() && !platform.accelerators().empty()) {
    throw input_error(file.place, "an accelerator without a workload; expected --workload FILE");
  }
  Trace trace;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    const AcceleratorSite& site = site_of(platform, options.workloads[i]);
    outcome.result.workload += (i == 0 ? "" : ", ") + workloads[i].name;
    WorkloadRun(platform, site, workloads[i], options).execute(outcome, trace, progress);
  }
  if (options.trace) {
    outcome.trace = trace.text();
  }
  if (workloads.empty()) {
    const Clock::time_point simulation = Clock::now();
    platform.simulate();
    outcome.result.host_seconds = seconds_since(simulation);
  }
  collect_statistics(platform, outcome.result);
  outcome.result.summary = platform.summary_of_run();
  outcome.effective = write_yaml(platform.effective(knobs_node(workloads, file)));
  outcome.result.total_seconds = seconds_since(start);
  return outcome;
}

CheckOutcome check(const RunOptions& options) {
  const PlatformFile file = read_platform_file(options.platform, options.overrides);
  std::vector<Workload> workloads;
  for (const WorkloadAssignment& assignment : options.workloads) {
    workloads.push_back(load_workload(assignment.path, file));
  }
  const Platform platform(file, options.injections);
  std::string text = platform.summary();
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    site_of(platform, options.workloads[i]);
    text += fmt::format("{}: {} layers, {} MAC\n", workloads[i].name, workloads[i].layers.size(),
                        workloads[i].macs());
  }
  return {text, platform.warnings()};
}

void write_outcome(const RunOutcome& outcome, const std::string& folder) {
  ResultFolder results(folder);
  results.write("stats.json", to_json(outcome.result));
  results.write("layers.csv", to_csv(outcome.result));
  results.write("effective.yaml", outcome.effective);
  if (!outcome.trace.empty()) {
    results.write("trace.json", outcome.trace);
  }
  for (const SavedTensor& saved : outcome.outputs) {
    results.write(saved.path, saved.tensor);
  }
  results.commit();
}

}  // namespace lacuna::platform
