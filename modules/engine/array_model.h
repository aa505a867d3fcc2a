// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/span.h"
#include "engine/array_result.h"
#include "engine/job.h"
#include "engine/output_registers.h"
#include "engine/tile.h"

namespace lacuna::engine {

/// What an array finds in its buffers for one tile step.
struct TileOperands {
  const TileGeometry& geometry;  ///< step.last_chunk: results leave through the output stage
  Span<const std::uint8_t>
      weights;  ///< one tile of the stream, or rows of int8 (see weight_source)
  Span<const std::uint8_t> metadata;     ///< empty for accelerators and tiles without
  Span<const std::uint8_t> activations;  ///< laid out as geometry.window says
  /// stream: packed by the accelerator's encoder. dynamic: int8 [channels, elements] of the step,
  /// dense. dynamic_transposed: int8 [elements, channels] of the step, dense.
  WeightSource weight_source = WeightSource::stream;
  /// Changes whenever the weight buffer was loaded anew; equal numbers promise equal weights and
  /// metadata.
  std::uint64_t weights_version = 0;
  bool reduced_activations =
      false;  ///< for machines that take them with fewer bits (JobDescriptor)
};

/// Told of every array tile's sums as they enter the output registers: values [columns, rows].
using ResultListener =
    std::function<void(const ResultPlace& place, const std::vector<std::int32_t>& values)>;

/// The computing array inside a TilePipeline. One of two bodies: in closed form, or clock by clock.
/// Accumulators are [positions, channels] of the step, row-major; a body adds to what it finds
/// there.
class ArrayModel {
 public:
  virtual ~ArrayModel() = default;

  /// Bytes that one column of the array takes from the activation buffer in one pass: its lanes.
  virtual std::uint32_t pass_bytes() const = 0;
  /// True when begin, step and result are to be used, one clock a step; false for compute.
  virtual bool clocked() const = 0;

  /// True when results tell weight_reads, activation_reads, sum_reads and sum_writes.
  virtual bool counts_values() const { return false; }
  /// True where every column batch reads the whole tile of weights, and every column its lanes' bytes in every pass; false: the
  /// buffers' reads, and those of sums within a step, are what results tell.
  virtual bool reads_by_batch() const { return true; }

  /// Computes the whole step at once; the caller lets result.cycles pass.
  virtual ArrayResult compute(const TileOperands& operands, Span<std::int32_t> accumulators) = 0;

  /// Takes a step's operands, which stay valid until step() has returned false.
  virtual void begin(const TileOperands& operands, Span<std::int32_t> accumulators) = 0;
  /// Advances one clock. @return false when the tile is complete and this clock was not needed
  virtual bool step() = 0;
  /// Tells a clocked body whom to tell of its sums.
  virtual void listen(const ResultListener&) {}
  /// Makes a clocked body's handshakes wait at random, in so many percent of the clocks: operands
  /// come late, results leave late. Bodies with the same seed see the same trace.
  virtual void throttle(unsigned /*percent*/, std::uint64_t /*seed*/) {}
  /// What happened between begin and the last step; cycles is the number of steps that returned
  /// true.
  virtual ArrayResult result() const = 0;
};

}  // namespace lacuna::engine
