// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace lacuna::cosim {

/// A rule of a protocol that signals broke.
struct Violation {
  std::string rule;     ///< short name, such as "valid_dropped"
  std::string channel;  ///< where
  std::uint64_t cycle = 0;
  std::string text;  ///< what was seen
};
using ViolationListener = std::function<void(const Violation&)>;

/// What every channel with valid and ready owes: once given, valid stays until ready, and the beat does not change; ready comes
/// within `patience` clocks of valid. During reset valid is low.
template <class Beat>
class HandshakeChecker {
 public:
  /// @param patience clocks; 0: any
  HandshakeChecker(std::string channel, std::uint64_t patience, ViolationListener listener)
      : channel_(std::move(channel)), patience_(patience), listener_(std::move(listener)) {}

  /// Signals as they are at the rising edge.
  void clock(bool valid, bool ready, const Beat& beat) {
    ++cycle_;
    if (waiting_ != 0 && !valid) {
      report("valid_dropped", "valid fell before ready came");
    } else if (waiting_ != 0 && !(beat == last_)) {
      report("payload_changed", "the payload changed while valid waited for ready");
    }
    waiting_ = valid && !ready ? waiting_ + 1 : 0;
    last_ = beat;
    if (patience_ != 0 && waiting_ == patience_) {
      report("no_ready", "no ready in " + std::to_string(patience_) + " clocks of valid");
    }
  }
  void reset(bool valid) {
    if (valid) {
      report("valid_in_reset", "valid is high in reset");
    }
    waiting_ = 0;
  }

 private:
  void report(const char* rule, std::string text) {
    listener_({rule, channel_, cycle_, std::move(text)});
  }

  std::string channel_;
  std::uint64_t patience_;
  ViolationListener listener_;
  std::uint64_t cycle_ = 0;
  std::uint64_t waiting_ = 0;  // clocks in which valid waits for ready
  Beat last_{};
};

}  // namespace lacuna::cosim
