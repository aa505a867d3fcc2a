// SPDX-License-Identifier: Apache-2.0
//
// Matrix products of an array in closed form. A tile step is
//     accumulators [positions, channels] += activations [positions, elements] x weights [channels,
//     elements]^T
// modulo 2^32, where a weight is a stored int8 plus a constant shared by its group of 32 (BBS), or
// just the int8. Weights are prepared once and multiplied with many activation panels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "engine/gemm_int16.h"
#include "engine/gemm_int8.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// The activations of one tile step, gathered for multiplication. Reusing one saves allocations.
class ActivationPanel {
 public:
  explicit ActivationPanel(GemmKernel kernel = preferred_gemm_kernel()) : kernel_(kernel) {}

  /// Gathers a step's activations from the activation buffer (engine/im2col.h).
  void gather(const workload::LayerShape& shape, const ActivationWindow& window,
              const TileStep& step, Span<const std::uint8_t> buffer);

  GemmKernel kernel() const { return kernel_; }
  std::size_t positions() const { return positions_; }
  std::size_t elements() const { return elements_; }
  bool is_signed() const { return is_signed_; }
  /// For every element, in how many positions it is not zero.
  const std::vector<std::uint32_t>& nonzero() const;

 private:
  friend class WeightPanel;
  void sum_groups();

  GemmKernel kernel_;
  bool is_signed_ = false;
  std::size_t positions_ = 0;
  std::size_t elements_ = 0;
  std::size_t stride_ = 0;
  std::vector<std::int16_t> values_;  // [positions, stride], widened: the int16 kernel
  std::vector<std::uint8_t> bytes_;   // [positions, elements]: oneDNN
  std::vector<std::int16_t>
      group_sums_;  // [positions, gemm_stride(groups)]: oneDNN, for the constants
  mutable bool counted_ = false;
  mutable std::vector<std::uint32_t> nonzero_;
};

/// The weights of a channel tile and chunk, decoded once.
class WeightPanel {
 public:
  explicit WeightPanel(GemmKernel kernel = preferred_gemm_kernel()) : kernel_(kernel) {}

  /// Starts a matrix; every channel must then be set.
  /// @param constants whether any group may carry one
  void reset(std::size_t channels, std::size_t elements, bool constants);
  /// Sets `count` channels from `first` on (a block of the array).
  /// @param stored [count, stride] int8; beyond the elements a row is not read
  /// @param constants [count, ceil(elements / 32)], added to every weight of the group; empty: none
  /// in these channels
  /// @throws Error (stuck) when spans are too short, or there are constants that reset() was not
  /// told of
  void set(std::size_t first, std::size_t count, Span<const std::int8_t> stored, std::size_t stride,
           Span<const std::int16_t> constants = {});

  GemmKernel kernel() const { return kernel_; }
  std::size_t channels() const { return channels_; }
  std::size_t elements() const { return elements_; }
  /// For every element, in how many channels its weight (constant included) is not zero.
  const std::vector<std::uint32_t>& nonzero() const { return nonzero_; }

  /// accumulators [positions, channels] += activations x weights^T, modulo 2^32.
  /// @throws Error (stuck) when the shapes or kernels of the two panels differ
  void multiply_add(const ActivationPanel& activations, Span<std::int32_t> accumulators) const;

 private:
  void set_some(std::size_t first, std::size_t count, Span<const std::int8_t> stored,
                std::size_t stride, Span<const std::int16_t> constants);
  void add_onednn_sums(const ActivationPanel& activations, Span<std::int32_t> accumulators) const;

  GemmKernel kernel_;
  std::size_t channels_ = 0;
  std::size_t elements_ = 0;
  bool has_constants_ = false;
  PackedWeights packed_;             // weights: the int16 kernel
  std::vector<std::int8_t> stored_;  // [channels, elements]: oneDNN
  PackedWeights packed_constants_;   // [channels, groups]: oneDNN
  std::vector<std::uint32_t> nonzero_;
  std::vector<std::int16_t> scratch_;
  mutable std::vector<std::int32_t> sums_;  // scratch of multiply_add
};

/// Multiplications with both operands non-zero.
std::uint64_t effective_macs(const ActivationPanel& activations, const WeightPanel& weights);

}  // namespace lacuna::engine
