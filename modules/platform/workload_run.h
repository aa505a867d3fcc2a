// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "platform/layer_job.h"
#include "platform/platform.h"
#include "platform/run.h"
#include "platform/trace.h"
#include "workload/workload.h"

namespace lacuna::platform {

/// One workload on one accelerator of a built platform, layer by layer. Tensors and packed weights of the next layer are made,
/// and outputs verified, beside the simulation.
class WorkloadRun {
 public:
  /// Whether other accelerators work at the same time: then a layer is given the energy and the memory traffic of its own
  /// accelerator only.
  enum class Company { alone, others };

  /// @throws Error (bad_input) when no layer is chosen
  WorkloadRun(Platform& platform, const AcceleratorSite& site, const workload::Workload& workload,
              const RunOptions& options, Company company);

  std::size_t layers() const { return layers_.size(); }
  std::size_t layers_done() const { return next_; }
  bool finished() const { return next_ == layers_.size(); }
  const AcceleratorSite& site() const { return site_; }
  /// "layer 'conv1' (job 0) of accelerator": what is running.
  std::string current() const;
  const std::string& workload() const { return workload_.name; }
  Time begin() const { return begin_; }  ///< of the first job
  Time end() const { return end_; }      ///< of the last job so far

  /// Waits until the next layer's tensors and packed weights are made.
  void await_layer();
  /// Loads the layer awaited into modelled memory and submits its job.
  void start_layer();
  /// Reads back what the job left behind: result, trace, outputs; verifies in the background.
  /// @return the layer's name, or empty while the job is not done
  std::string finish_layer(RunOutcome& outcome, Trace& trace);
  /// Waits for the last verification.
  void complete(RunOutcome& outcome);

 private:
  void select_layers();
  void survey();
  std::launch policy() const;
  std::future<LayerJob> prepare(std::size_t index);
  LayerResult result_of(const LayerJob& job, const host::JobReport& report) const;
  void count_traffic(LayerResult& result, const StatisticsSnapshot& traffic) const;
  std::uint64_t memory_bytes(const StatisticsSnapshot& traffic, const std::string& counter) const;
  double busiest_link_ns(const StatisticsSnapshot& traffic) const;
  void check_outputs(const std::shared_ptr<LayerJob>& job, RunOutcome& outcome);
  void finish_check(RunOutcome& outcome);

  Platform& platform_;
  const AcceleratorSite& site_;
  const workload::Workload& workload_;
  const RunOptions& options_;
  Company company_;
  std::vector<const workload::Layer*> layers_;
  JobOptions job_options_;

  std::size_t next_ = 0;  // layers finished
  std::future<LayerJob> prepared_;
  std::shared_ptr<LayerJob> running_;
  StatisticsSnapshot statistics_before_;
  std::vector<std::uint64_t> energy_before_;
  Time begin_;
  Time end_;
  std::future<std::string> check_;  // what did not match
  std::size_t checked_ = 0;         // the layer in the outcome that check_ is about
};

}  // namespace lacuna::platform
