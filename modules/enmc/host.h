// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parameters.h"
#include "enmc/classifier.h"
#include "enmc/dimm.h"
#include "enmc/host_channel.h"
#include "enmc/host_port.h"
#include "memory/dram.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"
#include "tlm/watchdog.h"

namespace lacuna::enmc {

/// Parameters of module type `enmc_host`.
struct HostParams {
  Issue issue = Issue::auto_increment;
  bool returns_all = false;
  Time poll_interval = 500_ns;
  double operations_per_ns = 32;

  template <class Description>
  static void describe(Description& d) {
    d("issue", &HostParams::issue,
      "how the loop over tiles is sent. plain: every load with its address; broadcast: the same, "
      "once for all ranks of a channel; auto_increment: a block by one instruction, addresses in "
      "the "
      "status registers");
    d("returns_all", &HostParams::returns_all,
      "whether approximate results come back as well as the candidates'");
    d("poll_interval", &HostParams::poll_interval,
      "between two rounds of QUERY and RETURN in which nothing was sent or found");
    d("operations_per_ns", &HostParams::operations_per_ns,
      "of the host: additions of the projection, merging ranks (a Xeon 8280 core: 16 lanes at 2.7 "
      "GHz are 43; ours)")
        .range(0.001, 1e6);
  }
};

using Batch = workload::ClassifierBatch;

/// The processor that owns the DIMMs (Fig 6.9): projects contexts, writes them to every rank as
/// ordinary memory, hands the ranks over, sends the instructions of the passes, collects results as
/// they come, and works out the normalizer over all ranks, which no rank knows.
class Host final : public tlm::Component {
 public:
  Host(const sc_core::sc_module_name& name, const HostParams& params,
       tlm::Surroundings& surroundings);

  /// Where a classifier's parts will lie, for whoever declares them. @throws Error as lay_out
  void place(const ClassifierShape& shape, std::uint32_t batch);
  /// Places a classifier and writes it to memory, outside of time.
  void load(const ClassifierData& data, std::uint32_t batch);
  const RankLayout& layout() const { return *layout_; }
  /// Classifies as soon as the simulation runs.
  void submit(Batch batch);
  /// Of the batch that was classified last, by context.
  const std::vector<Classification>& results() const { return results_; }
  Time elapsed() const { return end_ - begin_; }
  const Dimms& dimms() const { return *dimms_; }
  const HostParams& parameters() const { return params_; }

  std::string waiting_for() const override { return doing_; }
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;
  void summarise(Summary& summary) const override;

 private:
  void start_of_simulation() override;
  void run();
  void run_channel(std::uint32_t channel);
  void classify();
  void write_features();
  void run_pass(const PassContexts& contexts);
  void collect(const PassContexts& contexts);
  void normalize();
  void compute_for(double operations);
  std::uint64_t rank_base(std::uint32_t rank) const { return rank * dimms_->rank_bytes(); }
  std::vector<std::uint8_t> fp32_row(Span<const float> values, float last) const;

  HostParams params_;
  tlm::Watchdog& watchdog_;
  HostPort port_;
  Dimms* dimms_ = nullptr;
  const memory::Dram* dram_ = nullptr;
  std::optional<memory::DramInstructionWindow> window_;
  std::uint32_t channels_ = 0;
  std::uint32_t ranks_per_channel_ = 0;
  std::vector<std::unique_ptr<HostChannel>> channel_;
  std::optional<RankLayout> layout_;
  std::optional<Batch> batch_;
  std::vector<Classification> results_;
  std::vector<std::vector<sparse::screening::SoftmaxPart>> parts_;  // by context, then rank

  PassContexts pass_;
  sc_core::sc_event submitted_;
  sc_core::sc_event pass_begins_;
  Outstanding passes_;
  std::string doing_;
  Time begin_;
  Time projected_;
  Time written_;
  Time returned_;
  Time end_;
};

/// Module type `enmc_host`.
tlm::ModuleType host_type();

}  // namespace lacuna::enmc
