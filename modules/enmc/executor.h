// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <systemc>
#include <vector>

#include "core/units.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_buffers.h"
#include "enmc/rank_params.h"
#include "enmc/rank_port.h"
#include "sparse/screening/special_functions.h"

namespace lacuna::enmc {

/// The constant registers from which the controller's generator makes instructions for candidates.
struct CandidateRules {
  std::uint64_t features = 0;  ///< address of context 0
  std::uint64_t weights = 0;   ///< of row 0
  std::uint32_t row_bytes = 0;
  std::uint32_t dimension = 0;
};

/// The FP32 side of a rank (Fig 6.6) with the instruction generator before it: takes candidates from
/// the index buffer as they come, loads their rows tile by tile, as many rows together as the partial
/// sums hold lanes for, and puts the results into the output buffer.
///
/// A tile of a group: the context's features, then the weights of each row; the feature buffer holds
/// no whole context.
class Executor : public sc_core::sc_module {
 public:
  Executor(const sc_core::sc_module_name& name, const RankParams& params, RankPort& port,
           IndexBuffer& indices, OutputBuffer& outputs, RankAccounts& accounts,
           sc_core::sc_event& changed);

  void clocked_by(Time period) { period_ = period; }
  /// A pass begins, of so many contexts.
  void begin(const CandidateRules& rules, std::uint32_t contexts);
  bool idle() const { return indices_.empty() && groups_.empty() && !fetching_ && !busy_; }
  const std::vector<std::optional<sparse::screening::SoftmaxPart>>& parts() const { return parts_; }
  Time busy_time() const { return Time(static_cast<std::int64_t>(cycles_) * period_.value()); }

 private:
  void fetch();
  void compute();
  void compute_group(const std::vector<Candidate>& group);
  void finish_row(const Candidate& candidate, Span<const std::uint8_t> row);
  static void spend_until(Time when);
  Time of_clocks(std::uint64_t clocks) const {
    return Time(static_cast<std::int64_t>(clocks) * period_.value());
  }

  RankParams params_;
  RankPort::Stream stream_;
  IndexBuffer& indices_;
  OutputBuffer& outputs_;
  RankAccounts& accounts_;
  sc_core::sc_event& changed_;
  Time period_{2499};
  CandidateRules rules_;

  std::deque<std::vector<Candidate>> groups_;  // asked for, not yet computed
  sc_core::sc_event group_there_;
  bool fetching_ = false;
  bool busy_ = false;
  std::vector<std::uint8_t> features_;           // of the group's context
  std::vector<std::vector<std::uint8_t>> rows_;  // of the group
  std::vector<float> context_values_;
  std::vector<float> row_values_;
  std::vector<std::optional<sparse::screening::SoftmaxPart>> parts_;
  Time multiplied_at_;
  std::uint64_t cycles_ = 0;
};

}  // namespace lacuna::enmc
