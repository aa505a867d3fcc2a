// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/span.h"

namespace lacuna::engine {

/// Runs of bytes in memory: planes of runs, each a stride from the one before.
struct MemoryPattern {
  std::uint64_t address = 0;
  std::uint64_t run_bytes = 0;
  std::uint32_t runs = 1;        ///< in a plane
  std::uint64_t run_stride = 0;  ///< bytes from run to run
  std::uint32_t planes = 1;
  std::uint64_t plane_stride = 0;  ///< bytes from plane to plane

  std::uint64_t bytes() const { return run_bytes * runs * planes; }
};

/// Where the same runs lie at the other end of the transfer, an offset in a buffer.
struct LocalPattern {
  std::uint64_t offset = 0;
  std::uint64_t run_stride = 0;    ///< 0: run after run without a gap
  std::uint64_t plane_stride = 0;  ///< 0: plane after plane without a gap
};

/// One strided copy between memory and a buffer.
struct DmaPiece {
  MemoryPattern memory;
  LocalPattern local;
  /// Stores of a single run only: 0xFF for each byte to be written, 0 for those to be left alone;
  /// empty: all are written. The bytes must outlive the transfer.
  Span<const std::uint8_t> enables;
};

/// What a memory accepts as one transaction.
struct BurstLimits {
  std::uint64_t max_burst = 4096;  ///< bytes
  std::uint64_t boundary = 4096;   ///< no burst crosses a multiple of this
};

/// One transaction of a transfer.
struct Burst {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  std::uint64_t local = 0;  ///< offset at the other end
};

}  // namespace lacuna::engine
