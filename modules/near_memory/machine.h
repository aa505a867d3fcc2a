// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "memory/storage.h"
#include "near_memory/layout.h"
#include "near_memory/memory_port.h"
#include "near_memory/unit.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"
#include "tlm/watchdog.h"
#include "workload/classifier_data.h"
#include "workload/front_end.h"

namespace lacuna::near_memory {

/// Of the time in which units worked, what share each resource did.
struct MachineShares {
  double dram = 0;     ///< bytes moved over what the units' buses could move
  double compute = 0;  ///< multipliers
  double gbps = 0;     ///< bytes moved by a unit
  double straggler = 1;
  std::string bound() const { return dram >= compute ? "dram" : "compute"; }
};

/// What all units count together.
struct MachineAccounts {
  MachineAccounts(const std::string& name, tlm::Surroundings& surroundings);
  Counter& macs;
  Counter& candidates;
  Counter& loaded_bytes;
  Counter& stored_bytes;
  Counter& spilled_bytes;
  Counter& unit_cycles;
  Counter& busy_cycles;
};

/// The same, for the reference of module types.
std::vector<tlm::CounterDocumentation> machine_counters();

/// A machine of homogeneous units that classifies a batch at a time: places the classifier, works out and
/// writes contexts, lets the units work, gathers results and normalizes over all units.
class Machine : public tlm::Component {
 public:
  /// Where the parts lie from now on. @throws Error as lay_out
  void place(const workload::ClassifierShape& shape, std::uint32_t batch);
  /// Behind which memory a unit's bytes lie: the name of the module, its first byte there, and
  /// which part of the unit's bytes.
  struct MemoryShare {
    std::string memory;
    std::uint64_t base = 0;
    std::uint64_t bytes = 0;
    std::shared_ptr<const memory::DeclaredBytes> content;
  };
  virtual std::vector<MemoryShare> contents(
      const std::shared_ptr<const workload::ClassifierData>& data) const = 0;
  /// Classifies as soon as the simulation runs, after what was submitted before.
  void submit(workload::ClassifierBatch batch);

  /// Of a batch, in the order of submission, by context.
  const std::vector<workload::Classification>& results(std::size_t batch = 0) const {
    return results_.at(batch);
  }
  /// From the begin of the first batch's front end to the last batch's last probability.
  Time elapsed() const { return end_ - begin_; }
  const UnitLayout& layout() const { return layout_; }
  const UnitParams& unit_params() const { return unit_params_; }
  double period_ps() const { return period_ps_; }
  MachineShares shares() const;
  /// Bytes a second on all units' buses.
  double peak_bandwidth() const { return unit_bandwidth() * static_cast<double>(units_.size()); }
  /// Of a batch's results, compared with the reference.
  std::string find_difference(std::uint64_t most, std::size_t batch = 0) const;

  std::string waiting_for() const override { return doing_; }
  void summarise(Summary& summary) const override;

 protected:
  Machine(const sc_core::sc_module_name& name, const UnitParams& params, bool screening,
          const workload::FrontEndHost& front_end, tlm::Surroundings& surroundings);

  /// Contexts are where the units find them; takes time.
  virtual void write_contexts() = 0;
  /// Bytes of a unit's memory that its headers or results lie in, in the order of asking.
  struct Wanted {
    std::uint32_t unit = 0;
    std::uint64_t offset = 0;
    Span<std::uint8_t> into;
  };
  virtual void read_results(std::vector<Wanted> wanted) = 0;
  /// How long the host takes to see that the units are done, and for so many operations of its own.
  virtual Time time_of_host(double operations) const = 0;
  virtual Time poll_interval() const { return Time(0); }
  /// Whether the host works out the contexts of the next batch while the units are at work.
  virtual bool overlaps_front_end() const = 0;
  virtual std::uint64_t bytes_of_unit() const = 0;
  virtual std::uint64_t alignment() const { return 64; }
  /// Bytes a second on a unit's bus.
  virtual double unit_bandwidth() const = 0;

  /// The bytes of a context, padded: of the screener's matrix or the classifier's.
  const workload::ClassifierBatch& batch() const { return batches_[at_work_].batch; }
  std::vector<std::uint8_t> context_bytes(std::uint32_t context, bool screener) const;
  Unit& add_unit(const std::string& name, std::uint32_t sockets, std::uint64_t interleave);
  void clock_units(double period_ps);
  static void spend(Time time);

  std::vector<std::unique_ptr<Unit>> units_;
  UnitLayout layout_;
  tlm::Watchdog& watchdog_;
  MachineAccounts accounts_;
  std::string doing_;

 private:
  void run();
  void await_batch();
  void classify();
  void await_units(Time since);
  void gather();
  void normalize();
  void count();

  UnitParams unit_params_;
  bool screening_;
  workload::FrontEndHost front_end_;
  double period_ps_ = 2500;
  struct Submitted {
    workload::ClassifierBatch batch;
    Time at;
  };
  std::deque<Submitted> batches_;
  std::size_t at_work_ = 0;  // of batches_
  sc_core::sc_event submit_;
  sc_core::sc_event done_;
  std::vector<std::vector<workload::Classification>> results_;      // by batch
  std::vector<std::vector<sparse::screening::SoftmaxPart>> parts_;  // by context, then unit
  // All batches together.
  Time begin_;
  Time end_;
  Time front_end_time_;
  Time writing_;
  Time working_;
  Time gathering_;
  Time normalizing_;
};

}  // namespace lacuna::near_memory
