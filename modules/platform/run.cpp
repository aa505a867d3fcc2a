// SPDX-License-Identifier: Apache-2.0
#include "platform/run.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/version.h"
#include "platform/classifier_run.h"
#include "platform/platform.h"
#include "platform/trace.h"
#include "platform/workload_run.h"
#include "tlm/time.h"
#include "workload/classifier.h"
#include "workload/workload.h"

namespace lacuna::platform {

using workload::Workload;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Processor time of this thread, in which all of SystemC runs.
double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Adds what passes in its life to a result's times.
class Stopwatch {
 public:
  explicit Stopwatch(RunResult& result)
      : result_(result), start_(Clock::now()), thread_start_(thread_seconds()) {}
  ~Stopwatch() {
    result_.host_seconds += seconds_since(start_);
    result_.host_processor_seconds += thread_seconds() - thread_start_;
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  RunResult& result_;
  Clock::time_point start_;
  double thread_start_;
};

std::vector<workload::Setting> settings_of(const PlatformFile& file) {
  std::vector<workload::Setting> settings;
  for (const Node::Entry& entry : file.workload.entries) {
    settings.push_back({"workload." + entry.key, entry.value.scalar, entry.value.place.text()});
  }
  return settings;
}

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
    result.resources["macs_per_cycle"] = std::to_string(resources.macs_per_cycle);
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

void collect_statistics(const Platform& platform, const RunOptions& options, RunResult& result) {
  for (const Statistics::Entry& entry : platform.statistics().entries()) {
    result.statistics.push_back(
        {entry.path, unit_of(entry.measure), entry.description, entry.counter.value()});
  }
  for (const tlm::FaultInjector::Fault& fault : platform.faults().faults()) {
    if (!fault.fired) {
      result.warnings.push_back("--inject " + fault.text() + ": that byte was never written");
    }
  }
  if (options.wave.from_ps > tlm::now().value()) {
    result.warnings.push_back(
        fmt::format("--wave {}: nothing was recorded, as the run ended at {}, before --wave-from",
                    options.wave.file, to_text(tlm::now())));
  }
}

Node knobs_node(const std::vector<Workload>& workloads, const PlatformFile& file) {
  return workloads.empty() ? file.workload : write_parameters(workloads.front().knobs);
}

/// What is told as layers finish.
struct Listener {
  RunOutcome& outcome;
  Trace& trace;
  const ProgressListener& progress;
  std::size_t all = 0;
  std::size_t done = 0;

  void finished(const std::string& layer) {
    ++done;
    if (progress) {
      progress(done, all, layer);
    }
  }
};

/// Layer after layer, each until nothing is left to happen.
void run_alone(Platform& platform, WorkloadRun& run, Listener& listener) {
  while (!run.finished()) {
    run.await_layer();
    {
      const Stopwatch stopwatch(listener.outcome.result);
      run.start_layer();
      platform.simulate();
    }
    listener.finished(run.finish_layer(listener.outcome, listener.trace));
  }
}

/// All accelerators at once: whenever one has done a layer the simulation pauses and it is given its next.
void run_together(Platform& platform, std::vector<std::unique_ptr<WorkloadRun>>& runs,
                  Listener& listener) {
  for (const auto& run : runs) {
    run->site().host->after_job = [](std::size_t, const host::JobReport&) { sc_core::sc_pause(); };
    run->await_layer();
    run->start_layer();
  }
  while (listener.done < listener.all) {
    {
      const Stopwatch stopwatch(listener.outcome.result);
      platform.simulate();
    }
    for (const auto& run : runs) {
      const std::string layer =
          run->finished() ? std::string() : run->finish_layer(listener.outcome, listener.trace);
      if (layer.empty()) {
        continue;
      }
      listener.finished(layer);
      if (!run->finished()) {
        run->await_layer();
        run->start_layer();
      }
    }
  }
}

void check_free(const std::vector<std::unique_ptr<WorkloadRun>>& runs, const AcceleratorSite& site,
                const WorkloadAssignment& assignment) {
  for (const auto& run : runs) {
    if (&run->site() == &site) {
      Place place;
      place.file = "--workload " + assignment.path;
      throw input_error(place, fmt::format("'{}' has a workload already, '{}'; expected one each",
                                           site.name, run->workload()));
    }
  }
}

/// What each accelerator did in the time of the run.
void summarise(const WorkloadRun& run, RunResult& result) {
  Summary& own = result.summary.part("accelerators").part(run.site().name);
  double job_time = 0;
  double bytes = 0;
  for (const LayerResult& layer : result.layers) {
    if (layer.accelerator == run.site().name) {
      job_time += layer.time_ns;
      bytes += static_cast<double>(layer.dram_read_bytes + layer.dram_write_bytes);
    }
  }
  const double elapsed = static_cast<double>((run.end() - run.begin()).value()) * 1e-3;
  own.add("workload", run.workload());
  own.add("layers", std::uint64_t{run.layers()});
  own.add("job_time_ns", job_time);
  own.add("elapsed_ns", elapsed);
  own.add("dram_bandwidth_gbps", elapsed > 0 ? bytes / elapsed : 0.0);
}

/// Where a defect shows in a waveform, the error says how to record it.
Error with_waveform(const Error& error, const Platform& platform,
                    const std::vector<std::unique_ptr<WorkloadRun>>& runs,
                    const RunOptions& options) {
  const std::string window = platform.waves().window_options();
  if (window.empty()) {
    return error;
  }
  std::string where;
  for (const auto& run : runs) {
    const std::string current = run->current();
    where += (where.empty() || current.empty() ? "" : ", ") + current;
  }
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  Diagnostic how;
  how.message = fmt::format("{}seed {}; to record the waveform around it:\n  {} {}",
                            where.empty() ? "" : "that was " + where + ", ", options.seed,
                            options.command, window);
  diagnostics.push_back(how);
  return {error.fault(), diagnostics};
}

/// Without layers there is one account, of all that the modules have spent.
void account_for_whole_run(const Platform& platform, RunResult& result) {
  const Time elapsed = tlm::now();
  result.elapsed_ns = static_cast<double>(elapsed.value()) * 1e-3;
  result.energy = platform.energy().summary({}, elapsed);
  Summary& energy = result.summary.part("energy_pj");
  for (const auto& [category, picojoules] : result.energy.full_pj) {
    energy.add(category, picojoules);
  }
  energy.add("total", result.energy.total_full_pj());
}

void run_workloads(Platform& platform, const std::vector<Workload>& workloads,
                   const RunOptions& options, RunOutcome& outcome, Trace& trace,
                   const ProgressListener& progress) {
  Listener listener{outcome, trace, progress};
  std::vector<std::unique_ptr<WorkloadRun>> runs;
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    const AcceleratorSite& site = site_of(platform, options.workloads[i]);
    check_free(runs, site, options.workloads[i]);
    outcome.result.workload += (i == 0 ? "" : ", ") + workloads[i].name;
    runs.push_back(std::make_unique<WorkloadRun>(
        platform, site, workloads[i], options,
        workloads.size() == 1 ? WorkloadRun::Company::alone : WorkloadRun::Company::others));
    listener.all += runs.back()->layers();
  }
  try {
    if (runs.empty()) {
      const Stopwatch stopwatch(outcome.result);
      platform.simulate();
    } else if (runs.size() == 1 && platform.accelerators().size() == 1) {
      run_alone(platform, *runs.front(), listener);
    } else {
      run_together(platform, runs, listener);
    }
  } catch (const Error& error) {
    throw with_waveform(error, platform, runs, options);
  }
  outcome.result.summary = platform.summary_of_run();
  if (runs.empty()) {
    account_for_whole_run(platform, outcome.result);
  }
  for (const auto& run : runs) {
    run->complete(outcome);
    summarise(*run, outcome.result);
  }
}

}  // namespace

WorkloadAssignment parse_workload_assignment(const std::string& text) {
  const std::size_t equals = text.find('=');
  const bool named = equals != std::string::npos && equals > 0 && text.find_first_of("/.") > equals;
  return named ? WorkloadAssignment{text.substr(0, equals), text.substr(equals + 1)}
               : WorkloadAssignment{"", text};
}

namespace {

/// Whether the only workload is a classifier instead of layers.
bool asks_for_classifier(const RunOptions& options) {
  return options.workloads.size() == 1 &&
         workload::is_classifier(load_yaml_with_includes(options.workloads.front().path));
}

/// `workload.batch` of a platform is `classifier.batch` of the workload's file.
std::vector<workload::Setting> classifier_settings_of(const PlatformFile& file) {
  std::vector<workload::Setting> settings;
  for (const Node::Entry& entry : file.workload.entries) {
    settings.push_back({"classifier." + entry.key, entry.value.scalar, entry.value.place.text()});
  }
  return settings;
}

RunOutcome run_classifier_file(const PlatformFile& file, const RunOptions& options) {
  const workload::Classifier classifier =
      workload::load_classifier(options.workloads.front().path, classifier_settings_of(file));
  Platform platform(file, options.injections, options.wave);
  RunOutcome outcome;
  describe_run(platform, options, outcome.result);
  outcome.result.warnings = platform.warnings();
  try {
    run_classifier(platform, classifier, options, outcome.result);
  } catch (const Error& error) {
    throw with_waveform(error, platform, {}, options);
  }
  collect_statistics(platform, options, outcome.result);
  outcome.effective = write_yaml(platform.effective(file.workload));
  return outcome;
}

}  // namespace

RunOutcome run(const RunOptions& options, const ProgressListener& progress) {
  const Clock::time_point start = Clock::now();
  const PlatformFile file = read_platform_file(options.platform, options.overrides);
  if (asks_for_classifier(options)) {
    RunOutcome outcome = run_classifier_file(file, options);
    outcome.result.total_seconds = seconds_since(start);
    return outcome;
  }
  std::vector<Workload> workloads;
  for (const WorkloadAssignment& assignment : options.workloads) {
    workloads.push_back(workload::load_workload(assignment.path, settings_of(file)));
  }
  Platform platform(file, options.injections, options.wave);
  RunOutcome outcome;
  describe_run(platform, options, outcome.result);
  outcome.result.warnings = platform.warnings();
  if (workloads.empty() && !platform.accelerators().empty()) {
    throw input_error(file.place, "an accelerator without a workload; expected --workload FILE");
  }
  Trace trace;
  run_workloads(platform, workloads, options, outcome, trace, progress);
  if (options.trace) {
    outcome.trace = trace.text();
  }
  collect_statistics(platform, options, outcome.result);
  outcome.effective = write_yaml(platform.effective(knobs_node(workloads, file)));
  outcome.result.total_seconds = seconds_since(start);
  return outcome;
}

CheckOutcome check(const RunOptions& options) {
  const PlatformFile file = read_platform_file(options.platform, options.overrides);
  if (asks_for_classifier(options)) {
    const workload::Classifier classifier =
        workload::load_classifier(options.workloads.front().path, classifier_settings_of(file));
    const Platform platform(file, options.injections);
    return {platform.summary() + fmt::format("{}: {} categories of {} values, {} contexts\n",
                                             classifier.name, classifier.params.categories,
                                             classifier.params.dimension, classifier.params.batch),
            platform.warnings()};
  }
  std::vector<Workload> workloads;
  for (const WorkloadAssignment& assignment : options.workloads) {
    workloads.push_back(workload::load_workload(assignment.path, settings_of(file)));
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
