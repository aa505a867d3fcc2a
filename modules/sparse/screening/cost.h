// SPDX-License-Identifier: Apache-2.0
//
// What ways of classifying read and compute, and how long a processor takes that is bound by one of
// the two.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/parameters.h"
#include "core/units.h"

namespace lacuna::sparse::screening {

/// The sizes that decide all costs.
struct ScreeningSizes {
  std::size_t categories = 0;  ///< l
  std::size_t dimension = 0;   ///< d
  std::size_t projected = 0;   ///< k
  double candidates = 0;       ///< m, for each context
  std::size_t batch = 1;
  unsigned bits = 4;  ///< of screener weights
};

/// Of one batch. Bytes are those of parameters, each read once for the batch, but rows of candidates
/// once for each context that asks for them; contexts and outputs are left out.
struct Cost {
  double float_macs = 0;
  double integer_macs = 0;
  double additions = 0;  ///< of the ternary projection: a third of its entries
  double bytes = 0;

  double operations() const { return float_macs + integer_macs + additions; }
};

/// l d FP32 MACs, l (d + 1) FP32 parameters.
Cost full_cost(const ScreeningSizes& shape);
/// Projection (two-bit codes), l k integer MACs with 32-bit biases, and m rows of d + 1 FP32.
Cost screening_cost(const ScreeningSizes& shape);
/// The same without the rows of candidates.
Cost screening_only_cost(const ScreeningSizes& shape);
/// V^T h (d d MACs and parameters), l `width` previews with biases, and the d - width values of
/// `full_rows` rows that the previews left out.
Cost svd_cost(const ScreeningSizes& shape, std::size_t width, double full_rows);

/// A processor as a roofline. Defaults: Xeon Platinum 8280 [Liu, dissertation, 6.5.2].
struct ProcessorParams {
  unsigned cores = 28;
  Frequency clock{2700000000};
  unsigned float_macs = 32;
  unsigned integer_macs = 128;
  Bandwidth bandwidth{128000000000};
  double efficiency = 1.0;

  template <class Description>
  static void describe(Description& d) {
    d("cores", &ProcessorParams::cores, "that share the work").range(1U, 4096U);
    d("clock", &ProcessorParams::clock, "of every core");
    d("float_macs", &ProcessorParams::float_macs,
      "FP32 multiply-adds of a core in a cycle: two units of 16 lanes (AVX-512)")
        .range(1U, 65536U);
    d("integer_macs", &ProcessorParams::integer_macs,
      "8-bit ones (VNNI); narrower values are widened to 8 bits")
        .range(1U, 65536U);
    d("bandwidth", &ProcessorParams::bandwidth, "of memory, at its pins: six DDR4-2666 channels");
    d("efficiency", &ProcessorParams::efficiency,
      "share of that bandwidth that classification gets")
        .range(0.001, 1.0);
  }
};

/// Which of its two limits a time comes from.
enum class Bound { compute, memory };

struct RooflineTime {
  double seconds = 0;
  Bound bound = Bound::memory;
};

/// The longer of computing everything at the peak and reading everything at the bandwidth; additions
/// count as FP32 MACs.
RooflineTime roofline_time(const Cost& cost, const ProcessorParams& processor);

}  // namespace lacuna::sparse::screening
