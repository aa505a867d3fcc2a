// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace lacuna {
inline namespace core {

/// A queue of plain values in one piece of memory. Where std::deque takes and returns a block every few
/// values, this takes none once it has been as long as it gets.
template <class T>
class Fifo {
  static_assert(std::is_trivially_copyable_v<T>,
                "values that have left stay in memory for a while");

 public:
  bool empty() const { return first_ == last_; }
  std::size_t size() const { return last_ - first_; }
  const T* begin() const { return values_.data() + first_; }
  const T* end() const { return values_.data() + last_; }
  /// None of these of an empty queue, nor beyond its end.
  const T& front() const { return values_[first_]; }
  const T& operator[](std::size_t index) const { return values_[first_ + index]; }

  /// @param value  none of the queue's own
  void push_back(const T& value) {
    if (last_ == values_.size()) {
      make_room();
    }
    values_[last_++] = value;
  }
  /// Into a queue that is in order, behind its equals: `before(a, b)` says whether a comes before b.
  /// Looks from the end, where most values belong.
  /// @param value  none of the queue's own
  template <class Before>
  void insert_in_order(const T& value, Before before) {
    push_back(value);
    std::size_t place = last_ - 1;
    if (place == first_ || !before(value, values_[place - 1])) {
      return;
    }
    for (; place != first_ && before(value, values_[place - 1]); --place) {
      values_[place] = values_[place - 1];
    }
    values_[place] = value;
  }
  void pop_front() {
    if (++first_ == last_) {
      first_ = last_ = 0;
    }
  }

 private:
  void make_room() {
    if (2 * first_ > last_) {
      std::copy(begin(), end(), values_.begin());
      last_ -= first_;
      first_ = 0;
    } else {
      values_.resize(std::max<std::size_t>(8, 2 * last_));
    }
  }

  std::vector<T> values_;  // room for values
  std::size_t first_ = 0;  // of these, the first that is there
  std::size_t last_ = 0;   // the one after the last
};

}  // namespace core
}  // namespace lacuna
