// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace lacuna::tlm {

/// A waveform of bodies in SystemVerilog that somebody asked for. Times are of the simulation, in picoseconds.
struct WaveRequest {
  std::string file;  ///< ends in .fst; empty: none
  std::int64_t from_ps = 0;
  std::int64_t to_ps = std::numeric_limits<std::int64_t>::max();
  std::string scope;  ///< hierarchical name below which signals are recorded; empty: all
};

/// Gives the run's waveform to the block that it is of, and keeps what somebody found worth a look.
class WaveDesk {
 public:
  explicit WaveDesk(WaveRequest request = {}) : request_(std::move(request)) {}

  /// Asked by every block with signals, by its hierarchical name. @return what it shall record, its scope relative to the
  /// block; nothing when the waveform is not of this block
  std::optional<WaveRequest> claim(const std::string& block);
  /// Once all blocks have asked. @throws Error (bad_input) unless exactly one of them records
  void check() const;

  /// A window of the run that shows a defect, as options of `lacuna run` to record it.
  void point_at(const WaveRequest& window) { window_ = window; }
  /// "--wave mismatch.fst --wave-from ...", empty when nobody pointed at anything.
  std::string window_options() const;

 private:
  WaveRequest request_;
  std::vector<std::string> blocks_;
  std::vector<std::string> claimed_;
  std::optional<WaveRequest> window_;
};

}  // namespace lacuna::tlm
