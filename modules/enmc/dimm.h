// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "enmc/rank.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_params.h"
#include "memory/rank_logic.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/surroundings.h"

namespace lacuna::enmc {

/// Parameters of module type `enmc`.
struct DimmParams {
  std::uint32_t ranks = 64;
  RankParams rank;

  template <class Description>
  static void describe(Description& d) {
    d("ranks", &DimmParams::ranks, "of all channels together, as the memory has them")
        .range(1u, 1024u);
    d("rank", &DimmParams::rank, "what stands beside the devices of each");
  }
};

/// Of the time in which ranks were their logic's, what share each resource worked; means over ranks.
struct RankShares {
  double dram = 0;       ///< bytes moved over what the rank's data pins could move
  double screener = 0;   ///< INT4 multipliers
  double executor = 0;   ///< FP32 multipliers
  double issue = 0;      ///< the Screener had no instruction
  double gbps = 0;       ///< bytes moved in a rank
  double straggler = 1;  ///< longest time of a rank over the mean

  /// "dram" or "compute", whichever is busier, if it is busy for 60 % of the time; else "issue": what
  /// is lacking is work, from the host or from candidates.
  std::string bound() const;
};

/// What a host has to know of the DIMMs.
class Dimms {
 public:
  virtual ~Dimms() = default;
  virtual const DimmParams& parameters() const = 0;
  /// Bytes of a rank, all ranks' one after the other in the memory's addresses.
  virtual std::uint64_t rank_bytes() const = 0;
  /// One clock of the logic.
  virtual Time clock_period() const = 0;
  virtual const Rank& rank(std::uint32_t number) const = 0;
  virtual const RankAccounts& accounts() const = 0;
  virtual RankShares shares() const = 0;
};

/// The ENMC logic of all DIMMs (module type `enmc`): one rank beside each of the memory's, rank by
/// rank, channel by channel. Binds the memory's rank_port0, ... and rank_instructions0, ...
class Dimm final : public tlm::Component, public Dimms {
 public:
  Dimm(const sc_core::sc_module_name& name, const DimmParams& params,
       tlm::Surroundings& surroundings);

  const DimmParams& parameters() const override { return params_; }
  std::uint64_t rank_bytes() const override { return rank_bytes_; }
  Time clock_period() const override { return period_; }
  const Rank& rank(std::uint32_t number) const override { return *ranks_.at(number); }
  const RankAccounts& accounts() const override { return accounts_; }
  RankShares shares() const override;

  std::string waiting_for() const override;
  void bound(const std::string& port, const Component& target,
             const std::string& target_port) override;
  void summarise(Summary& summary) const override;

 private:
  void end_of_elaboration() override;

  DimmParams params_;
  tlm::Watchdog& watchdog_;
  RankAccounts accounts_;
  std::vector<std::unique_ptr<Rank>> ranks_;
  std::vector<memory::RankInstructions*> instructions_;
  std::uint64_t rank_bytes_ = 0;
  double rank_bandwidth_ = 0;  // bytes a second
  Time period_;
};

/// Module type `enmc`.
tlm::ModuleType dimm_type();

}  // namespace lacuna::enmc
