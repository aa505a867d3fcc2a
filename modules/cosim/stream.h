// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "cosim/throttle.h"

namespace lacuna::cosim {

/// The sending side of a channel with valid and ready, clock by clock: drive() before the model settles, clock() at the
/// rising edge. Between beats it waits at random; valid, once given, stays until ready.
template <class Beat>
class StreamDriver {
 public:
  explicit StreamDriver(Throttle throttle = {}) : throttle_(throttle) {}

  void push(Beat beat) { queue_.push_back(std::move(beat)); }
  std::size_t waiting() const { return queue_.size(); }
  bool empty() const { return queue_.empty(); }

  void drive() { valid_ = valid_ || (!queue_.empty() && !throttle_.waits()); }
  bool valid() const { return valid_; }
  /// What is sent while valid.
  const Beat& beat() const { return queue_.front(); }
  /// @return whether a beat was taken
  bool clock(bool ready) {
    if (!valid_ || !ready) {
      return false;
    }
    queue_.pop_front();
    valid_ = false;
    return true;
  }

 private:
  Throttle throttle_;
  std::deque<Beat> queue_;
  bool valid_ = false;
};

/// The receiving side. Ready comes and goes at random, and does not wait for valid.
template <class Beat>
class StreamMonitor {
 public:
  explicit StreamMonitor(Throttle throttle = {}, std::size_t room = static_cast<std::size_t>(-1))
      : throttle_(throttle), room_(room) {}

  void drive() { ready_ = received.size() < room_ && !throttle_.waits(); }
  bool ready() const { return ready_; }
  /// @return whether a beat was taken
  bool clock(bool valid, const Beat& beat) {
    if (!valid || !ready_) {
      return false;
    }
    received.push_back(beat);
    return true;
  }

  std::deque<Beat> received;  ///< whoever uses the beats takes them from the front

 private:
  Throttle throttle_;
  std::size_t room_;
  bool ready_ = false;
};

}  // namespace lacuna::cosim
