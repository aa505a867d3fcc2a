// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/span.h"

namespace lacuna::engine {

/// Rows of activations are padded with zeros to a multiple of this many elements.
inline constexpr std::size_t gemm_step = 2;

/// Elements from row to row of an int16 matrix with rows of `elements`: padded, and an odd number
/// of cache lines, so that neighbouring rows do not compete for the same cache sets.
std::size_t gemm_stride(std::size_t elements);

/// Weights [channels, elements] in the order in which the kernel of this processor reads them:
/// panels of panel_width() channels; in a panel, pair of elements by pair of elements, every
/// channel's pair.
class PackedWeights {
 public:
  PackedWeights();

  /// Makes room for a matrix, in the memory of the one before where it suffices. All channels must
  /// then be packed.
  void reset(std::size_t channels, std::size_t elements);
  /// Packs `count` channels from `first` on.
  /// @param rows [count, stride]; beyond the elements a row is not read
  /// @throws Error (stuck) when the span is too short or the channels are not there
  void pack(std::size_t first, std::size_t count, Span<const std::int16_t> rows,
            std::size_t stride);

  std::size_t channels() const { return channels_; }
  std::size_t elements() const { return elements_; }
  std::size_t panel_width() const { return panel_width_; }
  std::size_t panels() const { return (channels_ + panel_width_ - 1) / panel_width_; }
  /// Pairs of elements, the last one padded.
  std::size_t pairs() const { return (elements_ + 1) / 2; }
  const std::int16_t* panel(std::size_t index) const {
    return values_.get() + index * panel_values();
  }

 private:
  std::size_t panel_values() const { return panel_width_ * 2 * pairs(); }

  std::size_t channels_ = 0;
  std::size_t elements_ = 0;
  std::size_t panel_width_;
  std::size_t capacity_ = 0;
  std::unique_ptr<std::int16_t[]> values_;
};

/// accumulators [positions, channels] (+)= activations [positions, elements] x weights^T, modulo
/// 2^32. Exact for any int16 operands: products of pairs are added in 32 bits.
/// @param activations rows `stride` apart, zero from `elements` to the next multiple of gemm_step
/// @param add false: accumulators are overwritten
/// @throws Error (stuck) when the spans are too short
void gemm_int16(Span<const std::int16_t> activations, std::size_t stride, std::size_t positions,
                const PackedWeights& weights, Span<std::int32_t> accumulators, bool add);

/// What the kernels of this processor are compiled for: "AVX2".
const char* gemm_instruction_set();

}  // namespace lacuna::engine
