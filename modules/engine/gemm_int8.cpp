// SPDX-License-Identifier: Apache-2.0
#include "engine/gemm_int8.h"

#include <vector>

#include <oneapi/dnnl/dnnl.h>

#include "core/error.h"

namespace lacuna::engine {
namespace {

bool has_vnni() {
  switch (dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_avx2_vnni:
    case dnnl_cpu_isa_avx512_core_vnni:
    case dnnl_cpu_isa_avx512_core_bf16:
    case dnnl_cpu_isa_avx512_core_amx:
      return true;
    default:
      return false;
  }
}

/// Compares oneDNN with plain loops on one shape. Extreme operands make pairs of products leave 16
/// bits; a few others among them make sure that places are not mixed up.
bool exact_on(std::size_t positions, std::size_t channels, std::size_t elements,
              bool signed_activations) {
  std::vector<std::uint8_t> activations(positions * elements);
  for (std::size_t i = 0; i < activations.size(); ++i) {
    const std::uint8_t extreme = signed_activations ? 0x80 : 0xFF;
    activations[i] = i % 7 == 3 ? static_cast<std::uint8_t>(i * 37) : extreme;
  }
  std::vector<std::int8_t> weights(channels * elements);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int8_t extreme = i / elements % 2 == 0 ? 127 : -128;
    weights[i] = i % 11 == 5 ? static_cast<std::int8_t>(i * 29 % 128) : extreme;
  }
  std::vector<std::int32_t> sums(positions * channels);
  gemm_onednn(activations, signed_activations, weights, elements, positions, channels, elements,
              sums);
  for (std::size_t m = 0; m < positions; ++m) {
    for (std::size_t n = 0; n < channels; ++n) {
      std::int32_t sum = 0;
      for (std::size_t k = 0; k < elements; ++k) {
        const std::uint8_t byte = activations[m * elements + k];
        sum += (signed_activations ? static_cast<std::int8_t>(byte) : std::int32_t{byte}) *
               weights[n * elements + k];
      }
      if (sum != sums[m * channels + n]) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool probe_onednn_gemm() {
  for (const bool is_signed : {false, true}) {
    if (!exact_on(1, 33, 64, is_signed) || !exact_on(17, 48, 130, is_signed) ||
        !exact_on(64, 32, 257, is_signed)) {
      return false;
    }
  }
  return true;
}

GemmKernel preferred_gemm_kernel() {
  static const GemmKernel kernel =
      has_vnni() && probe_onednn_gemm() ? GemmKernel::onednn : GemmKernel::int16;
  return kernel;
}

void gemm_onednn(Span<const std::uint8_t> activations, bool signed_activations,
                 Span<const std::int8_t> weights, std::size_t stride, std::size_t positions,
                 std::size_t channels, std::size_t elements, Span<std::int32_t> sums) {
  if (positions == 0 || channels == 0) {
    return;
  }
  if (stride < elements || activations.size() < (positions - 1) * stride + elements ||
      weights.size() < (channels - 1) * stride + elements || sums.size() < positions * channels ||
      elements > longest_onednn_reduction) {
    throw model_error("an int8 matrix product was given operands that do not fit its shape");
  }
  const auto m = static_cast<dnnl_dim_t>(positions);
  const auto n = static_cast<dnnl_dim_t>(channels);
  const auto k = static_cast<dnnl_dim_t>(elements);
  const auto row = static_cast<dnnl_dim_t>(stride);
  const std::int32_t no_offset = 0;
  const dnnl_status_t status =
      signed_activations
          ? dnnl_gemm_s8s8s32('N', 'T', 'F', m, n, k, 1.0F,
                              reinterpret_cast<const std::int8_t*>(activations.data()), row, 0,
                              weights.data(), row, 0, 0.0F, sums.data(), n, &no_offset)
          : dnnl_gemm_u8s8s32('N', 'T', 'F', m, n, k, 1.0F, activations.data(), row, 0,
                              weights.data(), row, 0, 0.0F, sums.data(), n, &no_offset);
  if (status != dnnl_success) {
    throw model_error("oneDNN refuses a matrix product");
  }
}

}  // namespace lacuna::engine
