// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memory/dram.h"
#include "near_memory/machine.h"
#include "near_memory/params.h"
#include "tlm/module_type.h"

namespace lacuna::near_memory {

/// FP32 units beside the devices of every rank, and the host's program that drives them (module type
/// `near_memory`): NDA, Chameleon, TensorDIMM. Ranks rank by rank, channel by channel.
class NearMemory final : public Machine {
 public:
  NearMemory(const sc_core::sc_module_name& name, const NearMemoryParams& params,
             tlm::Surroundings& surroundings);

  std::vector<MemoryShare> contents(
      const std::shared_ptr<const workload::ClassifierData>& data) const override;
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;

 private:
  void write_contexts() override;
  void read_results(std::vector<Wanted> wanted) override;
  Time time_of_host(double operations) const override;
  Time poll_interval() const override { return params_.poll_interval; }
  bool overlaps_front_end() const override { return true; }
  std::uint64_t bytes_of_unit() const override { return rank_bytes_; }
  double unit_bandwidth() const override { return rank_bandwidth_; }
  void summarise(Summary& summary) const override;
  void settle() override;

  NearMemoryParams params_;
  MemoryPort host_;
  std::string memory_;
  std::uint64_t rank_bytes_ = 0;
  double rank_bandwidth_ = 0;
  EnergyEvent& unit_cycle_;
  EnergyEvent& control_cycle_;
};

/// Module type `near_memory`.
tlm::ModuleType near_memory_type();

}  // namespace lacuna::near_memory
