// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/parameters.h"
#include "core/units.h"
#include "enmc/screener_params.h"

namespace lacuna::enmc {

/// The logic beside the devices of one rank [Liu, dissertation, Table 6.3, unless said].
struct RankParams {
  std::uint32_t memory_clocks = 3;
  std::uint32_t int4_macs = 128;
  std::uint32_t fp32_macs = 16;
  std::uint32_t comparators = 64;
  std::uint32_t special_values = 4;
  Bytes feature_buffer = 256_B;
  Bytes psum_buffer = 256_B;
  Bytes output_buffer = 256_B;
  std::uint32_t instruction_buffer = 64;
  std::uint32_t index_buffer = 64;
  Bytes request = 4096_B;
  std::uint32_t requests = 2;
  ScreenerParams screener;

  template <class Description>
  static void describe(Description& d) {
    using Self = RankParams;
    d("memory_clocks", &Self::memory_clocks,
      "clocks of the memory per clock of the logic: 400 MHz beside DDR4-2400 is exactly 3")
        .range(1u, 64u);
    d("int4_macs", &Self::int4_macs, "INT4 multiply-accumulate units; the source's text says 64")
        .range(1u, 4096u);
    d("fp32_macs", &Self::fp32_macs, "FP32 multiply-accumulate units, a power of two")
        .range(1u, 256u);
    d("comparators", &Self::comparators, "sums that the filter compares in a clock (ours)")
        .range(1u, 4096u);
    d("special_values", &Self::special_values,
      "values of the special-function unit in a clock: a polynomial of 4th order is four "
      "multiply-accumulates, the unit has as many as the Executor (ours)")
        .range(1u, 4096u);
    d("feature_buffer", &Self::feature_buffer, "of the Screener, for contexts").positive();
    d("psum_buffer", &Self::psum_buffer, "partial sums of 4 bytes, of Screener and Executor each")
        .positive();
    d("output_buffer", &Self::output_buffer, "results of 8 bytes (ours)").positive();
    d("instruction_buffer", &Self::instruction_buffer, "instructions that wait (ours)")
        .range(4u, 4096u);
    d("index_buffer", &Self::index_buffer, "candidates that wait for the Executor (ours)")
        .range(1u, 65536u);
    d("request", &Self::request,
      "the most bytes that the model asks the memory for at once; 256 is what the buffers hold, "
      "more "
      "costs less host time")
        .range(64_B, 65536_B);
    d("requests", &Self::requests, "requests of Screener and of Executor under way, each")
        .range(1u, 64u);
    d("screener", &Self::screener, "what computes in the Screener");
  }
  void validate(Validation& check) const {
    check.require((fp32_macs & (fp32_macs - 1)) == 0, "fp32_macs", "must be a power of two");
    check.require(request.value() % 64 == 0, "request", "must be whole bursts of 64 bytes");
    check.require(psum_buffer.value() / 4 >= fp32_macs, "psum_buffer",
                  "must hold a sum for each of fp32_macs");
    check.require(output_buffer.value() % 64 == 0, "output_buffer",
                  "must be whole bursts of 64 bytes");
  }

  std::uint32_t sums() const { return static_cast<std::uint32_t>(psum_buffer.value() / 4); }
  /// Candidates whose lanes the partial sums of the Executor hold together.
  std::uint32_t rows_at_once() const { return sums() / fp32_macs; }
};

}  // namespace lacuna::enmc
