// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
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
#include "workload/front_end.h"

namespace lacuna::enmc {

/// Parameters of module type `enmc_host`.
struct HostParams {
  Issue issue = Issue::auto_increment;
  bool returns_all = false;
  Time poll_interval = 500_ns;
  double operations_per_ns = 32;
  workload::FrontEndHost front_end;

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
    d("front_end", &HostParams::front_end, "how fast it works out contexts, where that takes time");
  }
};

using Batch = workload::ClassifierBatch;

/// The processor that owns the DIMMs (Fig 6.9): projects contexts, writes them to every rank as
/// ordinary memory, hands the ranks over, sends the instructions of the passes, collects results as
/// they come, and works out the normalizer over all ranks, which no rank knows. While the ranks are at
/// work it runs the front end of the next batch.
class Host final : public tlm::Component {
 public:
  Host(const sc_core::sc_module_name& name, const HostParams& params,
       tlm::Surroundings& surroundings);

  /// Where a classifier's parts will lie, for whoever declares them. @throws Error as lay_out
  void place(const ClassifierShape& shape, std::uint32_t batch);
  /// Places a classifier and writes it to memory, outside of time.
  void load(const ClassifierData& data, std::uint32_t batch);
  const RankLayout& layout() const { return *layout_; }
  /// Classifies as soon as the simulation runs, after what was submitted before.
  void submit(Batch batch);
  /// Of a batch, in the order of submission, by context.
  const std::vector<Classification>& results(std::size_t batch = 0) const {
    return results_.at(batch);
  }
  /// From the begin of the first batch's front end to the last batch's last probability.
  Time elapsed() const { return end_ - begin_; }
  const Dimms& dimms() const { return *dimms_; }
  const HostParams& parameters() const { return params_; }

  std::string waiting_for() const override { return doing_; }
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;
  void summarise(Summary& summary) const override;

 private:
  void start_of_simulation() override;
  const Batch& batch() const { return batches_.front().batch; }
  void run();
  void await_batch();
  void run_channel(std::uint32_t channel);
  void classify();
  void write_features();
  void run_pass(const PassContexts& contexts);
  void collect(const PassContexts& contexts);
  void normalize();
  void compute_for(double operations);
  static void spend(Time time);
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
  struct Submitted {
    Batch batch;
    Time at;
  };
  std::deque<Submitted> batches_;                                   // the first is at work
  std::vector<std::vector<Classification>> results_;                // by batch
  std::vector<std::vector<sparse::screening::SoftmaxPart>> parts_;  // by context, then rank

  PassContexts pass_;
  sc_core::sc_event submitted_;
  sc_core::sc_event pass_begins_;
  Outstanding passes_;
  std::string doing_;
  // All batches together.
  Time begin_;
  Time end_;
  Time front_end_;
  Time projecting_;
  Time writing_;
  Time with_ranks_;
  Time normalizing_;
};

/// Module type `enmc_host`.
tlm::ModuleType host_type();

}  // namespace lacuna::enmc
