// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparq/sparse_tensor_core/selected_kernel.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What an activation becomes beside one that is not zero, and beside a zero.
struct ReducedValues {
  std::array<std::uint8_t, 256> crowded{};
  std::array<std::uint8_t, 256> alone{};
};
ReducedValues reduced_values(const sparse::SparqFormat& format);

/// Weights of 2:4 whose activations are selected first and paired then, for a body in closed form. Which two of four meet is
/// one of ten choices (six pairs, or one alone), so for each four neighbours of every position all ten pairs are made once, and
/// every channel takes its own.
class SelectedPanel {
 public:
  /// @param rows [channels, stride], at most two of every four elements not zero
  /// @throws Error (stuck) when more are
  void set(std::size_t channels, std::size_t elements, Span<const std::int8_t> rows,
           std::size_t stride);
  /// sums [positions, channels] += activations [positions, elements] x weights^T, modulo 2^32.
  void multiply_add(Span<const std::uint8_t> activations, const ReducedValues& values,
                    Span<std::int32_t> sums);

  /// For every element, in how many channels its weight is not zero.
  const std::vector<std::uint32_t>& nonzero() const { return nonzero_; }

 private:
  /// A block's activations. @param count positions @return windows
  std::size_t gather(Span<const std::uint8_t> activations, std::size_t count,
                     std::size_t first_window, const ReducedValues& values);

  std::size_t channels_ = 0;
  std::size_t elements_ = 0;
  std::size_t windows_ = 0;            // of a row
  std::vector<SelectedWindow> table_;  // [channels, windows]
  std::vector<std::uint32_t> nonzero_;
  std::vector<std::int16_t> pairs_;   // of a block of windows and positions
  std::vector<std::int32_t> totals_;  // of a block of positions, [channels, positions]
};

}  // namespace lacuna::sparq
