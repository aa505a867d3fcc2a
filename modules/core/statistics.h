// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lacuna {
inline namespace core {

/// What a statistic measures; it decides unit and formatting in reports.
enum class Measure { count, cycles, bytes, time_ns, ratio, energy_pj };
std::string unit_of(Measure measure);

/// A counter that a module increments; its place in the tree never moves.
class Counter {
 public:
  Counter& operator+=(std::uint64_t n) {
    value_ += n;
    return *this;
  }
  Counter& operator++() {
    ++value_;
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

/// The values of all counters at one moment, by dotted path.
using StatisticsSnapshot = std::map<std::string, std::uint64_t>;
/// after - before, path by path.
StatisticsSnapshot difference(const StatisticsSnapshot& after, const StatisticsSnapshot& before);

/// A tree of named, described counters. Every module registers its own under its hierarchical name.
class Statistics {
 public:
  struct Entry {
    std::string path;
    std::string description;
    Measure measure;
    Counter counter;
  };

  /// Registers a counter under a dotted path. @throws Error (stuck) when the path is taken
  Counter& add(const std::string& path, Measure measure, const std::string& description);

  StatisticsSnapshot snapshot() const;
  /// In the order of registration.
  const std::deque<Entry>& entries() const { return entries_; }
  /// The counter at a path, or 0 if there is none.
  std::uint64_t value(const std::string& path) const;

 private:
  std::deque<Entry> entries_;  // a deque, so that references to counters stay valid
  std::map<std::string, std::size_t> index_;
};

}  // namespace core
}  // namespace lacuna
