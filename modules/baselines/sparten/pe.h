// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "baselines/sparten/weight_vectors.h"

namespace lacuna::baselines {

/// A processing element of SparTen [Gondimalla et al., MICRO'19]: the intersection of two masks, a priority encoder that finds
/// its next element, prefix sums that find the element's values, a multiplier, an accumulator.
class SpartenPe {
 public:
  /// A new chunk: what both sides have.
  void start(const ChunkMask& weights, const ChunkMask& activations) {
    left_ = {weights[0] & activations[0], weights[1] & activations[1]};
  }
  bool done() const { return left_[0] == 0 && left_[1] == 0; }

  /// Stage "join": takes the next pair off the intersection.
  void join() {
    has_pair_ = !done();
    if (has_pair_) {
      const unsigned word = left_[0] != 0 ? 0 : 1;
      element_ = word * 64 + static_cast<unsigned>(__builtin_ctzll(left_[word]));
      left_[word] &= left_[word] - 1;
    }
  }

  /// Stage "read": the operands that prefix sums point to. @return whether there was a pair
  bool read(const SparseVector<std::int8_t>& weights,
            const SparseVector<std::int16_t>& activations) {
    weight_ = 0;
    activation_ = 0;
    if (has_pair_) {
      weight_ = weights.values[prefix_sum(weights.mask, element_)];
      activation_ = activations.values[prefix_sum(activations.mask, element_)];
    }
    return has_pair_;
  }

  void multiply() { product_ = weight_ * activation_; }

  /// @param first from zero @param bits width of the accumulator, 16..32; it wraps
  void accumulate(bool first, unsigned bits) {
    const std::uint32_t before = first ? 0u : static_cast<std::uint32_t>(accumulator_);
    const unsigned unused = 32 - bits;
    accumulator_ =
        static_cast<std::int32_t>((before + static_cast<std::uint32_t>(product_)) << unused) >>
        unused;
  }
  std::int32_t accumulator() const { return accumulator_; }

 private:
  ChunkMask left_{};
  bool has_pair_ = false;
  unsigned element_ = 0;
  std::int32_t weight_ = 0;
  std::int32_t activation_ = 0;
  std::int32_t product_ = 0;
  std::int32_t accumulator_ = 0;
};

}  // namespace lacuna::baselines
