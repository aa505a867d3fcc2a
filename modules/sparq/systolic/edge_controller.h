// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/activation_reader.h"
#include "engine/array_model.h"
#include "engine/handshake_trace.h"
#include "engine/pass_sequencer.h"
#include "engine/weight_turner.h"
#include "sparq/systolic/injection.h"
#include "sparq/systolic/systolic_options.h"

namespace lacuna::sparq {

/// The controller at the edge of a systolic array, for bodies that work clock by clock: fetches passes from the buffers, commands sums
/// to leave, and counts. Operands enter and sums leave with valid and ready; while a sum waits the whole array stands still.
///
///     while (const Injection* next = controller.offer(the last PE has just ended a dot product)) {
///       if (controller.sums_wait() && a sum would leave) { controller.hold(); ...one clock in which nothing moves... }
///       else { ...one clock in which everything moves...; controller.taken(); }
///     }
class EdgeController {
 public:
  explicit EdgeController(const SystolicOptions& options) : options_(options) {}
  EdgeController(const EdgeController&) = delete;
  EdgeController& operator=(const EdgeController&) = delete;

  void throttle(unsigned percent, std::uint64_t seed) { trace_.throttle(percent, seed); }
  void begin(const engine::TileOperands& operands);

  /// One clock of turning rows of weights, in which the array does nothing else. @return false when nothing of it is left
  bool turn();
  /// What enters in the next clock of the array, maybe nothing but a command; null when the array is empty and nothing is left.
  /// @param wave_ended the last PE ended a dot product in the clock before
  const Injection* offer(bool wave_ended);
  /// Nobody takes sums in this clock.
  bool sums_wait() const { return timed_ && !trace_.leaves(); }
  /// What was offered stays, as a sum waits.
  void hold();
  /// What was offered has entered. @return false when the clock is one of the next step's, which overlap
  bool taken();
  /// One clock of the output stage, after the last sum. @return false when none is left
  bool wait_for_outputs();

  const PassRule& rule() const { return rule_; }
  /// Of the step's array tiles that have been fetched.
  const engine::ResultPlace& place(std::uint32_t tile) const { return places_[tile]; }
  const engine::ArrayResult& result() const { return result_; }

 private:
  bool commands_left() const { return drain_group_ < drain_groups_; }
  bool streams() const { return !sequencer_.done() || waits_for_wave_; }
  void command_drain();
  void advance();
  void inject();
  void start_drain();
  unsigned drained_together() const {
    return options_.times_outputs() ? options_.drain_columns : columns_;
  }
  void start_emptying();
  void count_clock();
  void count_operands(const engine::ResultPlace& place, std::uint32_t first_element);

  SystolicOptions options_;
  PassRule rule_;
  std::optional<engine::TileGeometry> geometry_;
  bool turning_ = false;
  engine::WeightTurner weights_;
  std::optional<engine::ActivationReader> activations_;
  engine::PassSequencer sequencer_;
  engine::HandshakeTrace trace_;
  std::vector<engine::ResultPlace> places_;

  unsigned rows_ = 0;
  unsigned columns_ = 0;
  Injection next_;
  bool held_ = false;
  bool arrived_ = false;         // operands of the next pass
  bool timed_ = true;            // clocks belong to this step
  bool leaves_one_out_ = false;  // the next clock takes no time
  bool emptying_ = false;        // no pass is left to enter
  bool waits_for_wave_ = false;  // nothing enters until the last PE has ended its dot product
  std::uint32_t clocks_until_empty_ = 0;
  std::uint32_t untimed_clocks_ = 0;  // the last ones until the array is empty
  std::uint32_t latency_left_ = 0;    // of the output stage

  std::uint32_t drain_group_ = 0;   // the next whose sums leave
  std::uint32_t drain_groups_ = 0;  // of the array tile that leaves
  std::uint32_t drain_tile_ = 0;
  bool drain_taken_ =
      true;  // its sums were taken out with the step before: only their time is left
  std::uint32_t drain_left_ = 0;  // groups that the next step overlaps
  engine::ArrayResult result_;
};

}  // namespace lacuna::sparq
