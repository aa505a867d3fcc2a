// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/span.h"

namespace lacuna::engine {

/// Which code multiplies matrices. The results are the same bits.
enum class GemmKernel : std::uint8_t {
  int16,   ///< our own, on widened operands: exact on every processor
  onednn,  ///< oneDNN's int8 GEMM: exact where the processor adds products in 32 bits (VNNI), else
           ///< it saturates
};

/// The kernel to use on this processor: oneDNN's where it has VNNI and a probe, run once, finds the
/// results exact.
GemmKernel preferred_gemm_kernel();

/// True when oneDNN multiplies the operands that provoke saturation exactly. Takes a fraction of a
/// millisecond.
bool probe_onednn_gemm();

/// Longest reduction whose sums of uint8 x int8 products stay within 32 bits: below 2^31 / (255 *
/// 128).
inline constexpr std::size_t longest_onednn_reduction = 65792;

/// sums [positions, channels] = activations [positions, elements] x weights [channels, elements]^T
/// by oneDNN.
/// @param activations uint8, or int8 if signed_activations; rows `stride` apart
/// @param weights rows `stride` apart
/// @throws Error (stuck) when oneDNN refuses, or the reduction is too long
void gemm_onednn(Span<const std::uint8_t> activations, bool signed_activations,
                 Span<const std::int8_t> weights, std::size_t stride, std::size_t positions,
                 std::size_t channels, std::size_t elements, Span<std::int32_t> sums);

}  // namespace lacuna::engine
