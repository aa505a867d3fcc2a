// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "near_memory/machine.h"
#include "near_memory/params.h"
#include "tlm/module_type.h"

namespace lacuna::near_memory {

/// A processor that classifies (module type `classification_cpu`): all cores together are one unit
/// that streams from memory modules of one channel each. Its time is the longer of what the channels
/// and what the multipliers take, piece by piece: a roofline with a real memory under it.
class Cpu final : public Machine {
 public:
  Cpu(const sc_core::sc_module_name& name, const CpuParams& params,
      tlm::Surroundings& surroundings);

  std::vector<MemoryShare> contents(
      const std::shared_ptr<const workload::ClassifierData>& data) const override;
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;
  void summarise(Summary& summary) const override;

 private:
  void write_contexts() override;
  void read_results(std::vector<Wanted> wanted) override;
  Time time_of_host(double operations) const override;
  bool overlaps_front_end() const override { return false; }
  std::uint64_t bytes_of_unit() const override { return capacity_ * params_.channels; }
  std::uint64_t alignment() const override { return params_.interleave.value() * params_.channels; }
  double unit_bandwidth() const override { return bandwidth_; }

  CpuParams params_;
  std::vector<std::string> memories_;  // by socket
  std::uint64_t capacity_ = 0;         // of a channel
  double bandwidth_ = 0;               // of all
};

/// Module type `classification_cpu`.
tlm::ModuleType cpu_type();

}  // namespace lacuna::near_memory
