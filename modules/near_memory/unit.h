// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <systemc>
#include <vector>

#include "core/units.h"
#include "near_memory/layout.h"
#include "near_memory/memory_port.h"
#include "near_memory/sweep.h"
#include "sparse/screening/special_functions.h"
#include "tlm/watchdog.h"
#include "workload/classifier_data.h"

namespace lacuna::near_memory {

/// What a context's classification in one unit comes to; as it lies in memory for the host.
struct ResultHeader {
  float maximum = 0;
  float sum = 0;
  std::uint32_t results = 0;
};
struct UnitResult {
  std::uint32_t row = 0;
  float value = 0;
};

/// Homogeneous FP32 units that classify, one phase after another: there is nothing that screens
/// while something else works on candidates.
///
/// With screening: all sums of the screener; once these are done, one look at each to choose
/// candidates and to add up the softmax of the others; then candidates, context by context. Without:
/// all outputs, then their softmax. Outputs that find no room beside the units go to memory and
/// come back for it.
///
/// What the units have not seen when the last burst of a load arrives is that burst.
class Unit : public sc_core::sc_module {
 public:
  Unit(const sc_core::sc_module_name& name, const UnitParams& params, std::uint32_t sockets,
       std::uint64_t interleave, tlm::Watchdog& watchdog);

  MemoryPort port;

  void clocked_by(double period_ps) { period_ps_ = period_ps; }
  /// Bytes a second that it asks for at the most; 0: as many as the memory gives.
  void paced_to(double bytes_per_second) { pace_ = bytes_per_second; }
  /// Begins at once; `done` is notified at the end.
  void begin(const UnitLayout& layout, std::uint32_t number,
             const workload::ClassifierConstants& constants, sc_core::sc_event& done);
  bool running() const { return working_; }

  Time worked() const { return worked_; }      ///< begin to end
  double busy_ps() const { return busy_ps_; }  ///< of the multipliers
  std::uint64_t macs() const { return macs_; }
  std::uint64_t candidates() const { return candidates_; }
  std::uint64_t spilled_bytes() const { return spilled_; }

 private:
  using Sink = std::function<void(std::uint32_t index, Span<const float> outputs)>;

  void run();
  void classify();
  void score_all(const Matrix& matrix);
  void pass_outputs();
  void take_outputs(std::uint32_t first, Span<const float> outputs);
  void score_candidates(std::uint32_t context);
  void store_headers();
  void sweep(const SweepRows& rows, const Sink& sink);
  void ask(const SweepRows& rows, const Piece& piece);
  void use(const SweepRows& rows, const Piece& piece, const Sink& sink);
  void multiply(const SweepRows& rows, const Piece& piece, const Load& load, const Sink& sink);
  Span<const float> row_values(const Matrix& matrix, Span<const std::uint8_t> bytes,
                               std::uint32_t count);
  float bias_of(const Matrix& matrix, std::uint32_t row) const;
  void collect_output(Span<const float> outputs);
  void flush_outputs();
  void compute(double clocks);
  void arrive(const Load& load, double clocks);
  void pace(std::uint64_t bytes);
  static void spend_until(Time when);
  Time of_clocks(double clocks) const {
    return Time(static_cast<std::int64_t>(clocks * period_ps_ + 0.5));
  }
  std::uint32_t rows() const { return layout_.rows_of(number_); }

  UnitParams params_;
  tlm::Watchdog& watchdog_;
  double period_ps_ = 2500;
  double pace_ = 0;
  UnitLayout layout_;
  std::uint32_t number_ = 0;
  workload::ClassifierConstants constants_;
  sc_core::sc_event begin_;
  sc_core::sc_event* done_ = nullptr;
  bool working_ = false;

  std::vector<std::vector<float>> features_;  // of the tile, by context
  std::vector<std::uint8_t> biases_;
  std::uint64_t biases_at_ = 0;
  std::uint32_t sums_first_ = 0;
  std::vector<float> sums_;  // of the block, [rows, contexts]
  std::vector<float> widened_;
  std::vector<float> outputs_;  // on their way to memory, or all if they stay
  std::uint64_t outputs_stored_ = 0;
  bool spills_ = false;
  std::vector<std::optional<sparse::screening::SoftmaxPart>> parts_;
  std::vector<std::vector<std::uint32_t>> chosen_;  // by context
  std::vector<ResultHeader> headers_;

  Time multiplied_at_;
  Time paced_at_;
  Time worked_;
  double busy_ps_ = 0;
  std::uint64_t macs_ = 0;
  std::uint64_t candidates_ = 0;
  std::uint64_t spilled_ = 0;
};

}  // namespace lacuna::near_memory
