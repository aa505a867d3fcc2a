// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/parameters.h"
#include "core/units.h"
#include "workload/front_end.h"

namespace lacuna::near_memory {

/// How the screener's rows lie in memory.
enum class ScreenerFormat {
  fp32,  ///< widened: what units that know nothing but FP32 can take
  int4,  ///< packed; units widen the values as they come
};

/// Where sums are while a row's values come tile by tile.
enum class Sums {
  stay,   ///< in the sum buffer; the contexts' tiles are loaded again for every block of rows
  spill,  ///< all rows see one tile first: sums of those before go to memory and come back
};

/// Units that classify with FP32 multiply-accumulates, of one rank or of a processor.
struct UnitParams {
  std::uint32_t rows = 1;
  std::uint32_t values = 16;
  std::uint32_t contexts = 1;
  Bytes feature_buffer = 512_B;
  Bytes sum_buffer = 512_B;
  Bytes output_buffer = 512_B;
  Sums sums = Sums::stay;
  ScreenerFormat screener = ScreenerFormat::fp32;
  Bytes request = 4096_B;
  std::uint32_t requests = 16;

  template <class Description>
  static void describe(Description& d) {
    using Self = UnitParams;
    d("rows", &Self::rows, "rows of weights that are multiplied at once").range(1u, 4096u);
    d("values", &Self::values, "values of a row at once, added in a tree: a power of two")
        .range(1u, 256u);
    d("contexts", &Self::contexts, "contexts at once").range(1u, 64u);
    d("feature_buffer", &Self::feature_buffer, "of contexts, or a tile of each").positive();
    d("sum_buffer", &Self::sum_buffer, "sums of 4 bytes").positive();
    d("output_buffer", &Self::output_buffer,
      "outputs of 4 bytes; when all do not fit, all go to memory and come back")
        .positive();
    d("sums", &Self::sums,
      "where sums are while tiles of rows come. stay: in the buffer; spill: in memory");
    d("screener", &Self::screener,
      "rows of the screener as fp32, which is all that the units take, or as int4, widened in "
      "passing");
    d("request", &Self::request, "the most bytes that are asked of the memory at once")
        .range(64_B, 65536_B);
    d("requests", &Self::requests, "requests under way").range(1u, 256u);
  }
  void validate(Validation& check) const {
    check.require((values & (values - 1)) == 0, "values", "must be a power of two");
    check.require(request.value() % 64 == 0, "request", "must be whole bursts of 64 bytes");
    check.require(output_buffer.value() % 64 == 0 && output_buffer.value() >= 64, "output_buffer",
                  "must be whole bursts of 64 bytes");
    check.require(feature_buffer.value() >= 64, "feature_buffer", "must hold 64 bytes or more");
  }

  /// Multiply-accumulates of a clock.
  std::uint64_t macs() const { return std::uint64_t{rows} * values * contexts; }
};

/// Parameters of module type `near_memory`.
struct NearMemoryParams {
  std::uint32_t ranks = 64;
  std::uint32_t memory_clocks = 3;
  std::string design = "tensordimm";
  UnitParams unit;
  bool screening = true;
  Time poll_interval = 500_ns;
  double operations_per_ns = 900;
  workload::FrontEndHost front_end;

  template <class Description>
  static void describe(Description& d) {
    using Self = NearMemoryParams;
    d("ranks", &Self::ranks, "of all channels together, as the memory has them").range(1u, 1024u);
    d("memory_clocks", &Self::memory_clocks, "clocks of the memory per clock of the units")
        .range(1u, 64u);
    d("design", &Self::design,
      "whose power and area: near_memory.DESIGN in the technology file (nda, chameleon, "
      "tensordimm, tensordimm_large)");
    d("unit", &Self::unit, "what stands beside the devices of each rank");
    d("screening", &Self::screening, "whether candidates only get an accurate result");
    d("poll_interval", &Self::poll_interval, "between two looks of the host at the units");
    d("operations_per_ns", &Self::operations_per_ns,
      "of the host: additions of the projection, merging ranks")
        .range(0.001, 1e6);
    d("front_end", &Self::front_end, "how fast the host works out contexts, where that takes time");
  }
};

/// Parameters of module type `classification_cpu`.
struct CpuParams {
  std::uint32_t channels = 6;
  Bytes interleave = 4096_B;
  Frequency clock{2.7e9};
  double bandwidth_share = 1;
  bool screening = false;
  UnitParams unit;
  workload::FrontEndHost front_end;

  CpuParams() {
    unit.rows = 56;  // 28 cores with two AVX-512 units each
    unit.values = 16;
    unit.feature_buffer = 1048576_B;
    unit.sum_buffer = 1048576_B;
    unit.output_buffer = 33554432_B;
    unit.screener = ScreenerFormat::int4;
    unit.request = 49152_B;
    unit.requests = 8;
  }

  template <class Description>
  static void describe(Description& d) {
    using Self = CpuParams;
    d("channels", &Self::channels, "of memory, a module each").range(1u, 64u);
    d("interleave", &Self::interleave, "consecutive bytes in one channel").positive();
    d("clock", &Self::clock, "of the cores").positive();
    d("bandwidth_share", &Self::bandwidth_share,
      "of the channels' peak, the most that the program asks for: software's efficiency")
        .range(0.0001, 1.0);
    d("screening", &Self::screening, "whether candidates only get an accurate result");
    d("unit", &Self::unit, "all cores together; buffers are the last cache's");
    d("front_end", &Self::front_end, "how fast it works out contexts, where that takes time");
  }
};

}  // namespace lacuna::near_memory

template <>
struct lacuna::EnumNames<lacuna::near_memory::ScreenerFormat> {
  static std::vector<lacuna::EnumName<lacuna::near_memory::ScreenerFormat>> table() {
    using lacuna::near_memory::ScreenerFormat;
    return {{"fp32", ScreenerFormat::fp32}, {"int4", ScreenerFormat::int4}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::near_memory::Sums> {
  static std::vector<lacuna::EnumName<lacuna::near_memory::Sums>> table() {
    using lacuna::near_memory::Sums;
    return {{"stay", Sums::stay}, {"spill", Sums::spill}};
  }
};
