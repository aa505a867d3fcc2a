// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <systemc>
#include <utility>
#include <vector>

#include "core/units.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_buffers.h"
#include "enmc/rank_params.h"
#include "enmc/rank_port.h"
#include "enmc/screener_body.h"
#include "sparse/screening/special_functions.h"
#include "tlm/watchdog.h"

namespace lacuna::enmc {

/// What the status registers say of the pass at work when an instruction is decoded.
struct Pass {
  std::uint32_t contexts = 1;
  std::uint32_t length = 0;  ///< values of a screener row
  std::uint32_t rows = 0;
  std::uint32_t block_rows = 0;
  std::int32_t threshold = 0;
  float worth = 0;
  bool returns_all = false;

  std::uint32_t row_bytes() const { return (length + 1) / 2; }
};

/// A step that the controller's decoder hands over.
struct ScreenerStep {
  enum class Kind : std::uint8_t { begin, features, biases, multiply, filter };
  Kind kind = Kind::begin;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;  ///< of weights, at most
  Pass pass;
};

/// The INT4 side of a rank (Fig 6.6): loads biases and weights in a stream, multiplies them with the
/// contexts in the feature buffer, filters a block's sums, and passes indices on.
///
/// Two processes: one asks the memory for what the next steps need, the other computes with what has
/// come; between them are the buffers. What the multipliers have not seen when the last burst of a
/// load arrives is that burst.
class Screener : public sc_core::sc_module {
 public:
  Screener(const sc_core::sc_module_name& name, const RankParams& params, RankPort& port,
           IndexBuffer& indices, OutputBuffer& outputs, RankAccounts& accounts,
           sc_core::sc_event& changed);

  /// Another datapath than the fast one. @param watchdog told of what it throws
  void use(std::unique_ptr<ScreenerBody> body, tlm::Watchdog& watchdog) {
    body_ = std::move(body);
    watchdog_ = &watchdog;
  }
  /// One clock of the logic.
  void clocked_by(Time period) { period_ = period; }
  /// Waits while the translator holds as many steps as it can.
  void push(const ScreenerStep& step);
  /// The partial sums, while it is idle: a block begins with these instead of biases from memory.
  void set_sums(const Pass& pass, std::vector<std::int32_t> sums);
  /// A block's sums as loaded or set; nullptr once they have been multiplied into or filtered: they
  /// leave by the filter only.
  const std::vector<std::int32_t>* sums() const { return fresh_sums_ ? &biases_ : nullptr; }
  /// In the feature buffer.
  const std::vector<std::uint8_t>& features() const { return features_; }
  bool idle() const { return steps_.empty() && work_.empty() && !busy_; }
  /// Of the values that it did not pass on to the Executor, by context.
  const std::vector<std::optional<sparse::screening::SoftmaxPart>>& parts() const { return parts_; }
  /// Rows that have passed since the simulation began, one for each context.
  std::uint64_t candidates() const { return candidates_; }
  Time busy_time() const { return Time(static_cast<std::int64_t>(cycles_) * period_.value()); }
  /// During which it had nothing to do between two steps of a pass.
  Time starved_time() const { return starved_; }

 private:
  /// A load under way, or a step without one.
  struct Work {
    ScreenerStep::Kind kind;
    Pass pass;
  };
  void fetch();
  void compute();
  void compute_all();
  void ask(const ScreenerStep& step, std::uint64_t address, std::uint64_t bytes);
  void fetch_weights(const ScreenerStep& step);
  void multiply(const Pass& pass);
  void filter(const Pass& pass);
  ScreenerBlock block_of(const Pass& pass) const;
  void pass_on(const Pass& pass, std::uint32_t context);
  static void spend_until(Time when);
  Time of_clocks(std::uint64_t clocks) const {
    return Time(static_cast<std::int64_t>(clocks) * period_.value());
  }
  std::uint32_t rows_of_block(const Pass& pass, std::uint32_t first) const;

  RankParams params_;
  RankPort::Stream stream_;
  IndexBuffer& indices_;
  OutputBuffer& outputs_;
  RankAccounts& accounts_;
  sc_core::sc_event& changed_;
  Time period_{2499};

  std::deque<ScreenerStep> steps_;
  sc_core::sc_event pushed_;
  sc_core::sc_event fetched_;
  std::deque<Work> work_;
  sc_core::sc_event work_there_;
  bool busy_ = false;
  bool in_pass_ = false;

  std::uint32_t fetch_row_ = 0;         // first of the block being asked for
  std::uint64_t fetch_bytes_ = 0;       // of its weights asked for so far
  std::uint32_t row_ = 0;               // first of the block being computed
  std::uint64_t multiplied_bytes_ = 0;  // of that block's weights
  std::unique_ptr<ScreenerBody> body_;
  tlm::Watchdog* watchdog_ = nullptr;
  std::vector<std::uint8_t> features_;
  std::vector<std::int32_t> biases_;
  bool fresh_sums_ = true;
  std::vector<float> kept_;
  std::vector<std::optional<sparse::screening::SoftmaxPart>> parts_;
  Time multiplied_at_;  // the multipliers are free
  Time special_free_at_;
  std::uint64_t cycles_ = 0;
  std::uint64_t candidates_ = 0;
  Time starved_;
};

}  // namespace lacuna::enmc
