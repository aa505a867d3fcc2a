// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sparq/systolic/dataflow.h"

namespace lacuna::sparq {

/// [positions, reduction] x [reduction, channels].
struct MatrixProduct {
  std::uint64_t positions = 1;
  std::uint64_t channels = 1;
  std::uint64_t reduction = 1;
};

struct DataflowOptions {
  Dataflow dataflow = Dataflow::output_stationary;
  /// Folds follow each other without a gap and stationary operands are loaded ahead; otherwise each takes its whole way.
  bool overlap = false;
  /// The number of the last clock, counted from zero, in place of how many there are: what SCALE-Sim reports.
  bool last_index = false;
};

/// Clocks of a product, and values that move between array and buffers.
struct DataflowCount {
  std::uint64_t cycles = 0;
  std::uint64_t input_reads = 0;   ///< of the matrix of activations
  std::uint64_t filter_reads = 0;  ///< of the weights
  std::uint64_t sum_reads = 0;     ///< of int32 sums of earlier folds
  std::uint64_t sum_writes = 0;    ///< of int32 sums, complete ones included

  friend bool operator==(const DataflowCount& a, const DataflowCount& b) {
    return a.cycles == b.cycles && a.input_reads == b.input_reads &&
           a.filter_reads == b.filter_reads && a.sum_reads == b.sum_reads &&
           a.sum_writes == b.sum_writes;
  }
};

/// A dense array of R rows and C columns in closed form [SCALE-Sim v2]. With M positions, N channels and a
/// reduction of K, without overlap:
///     output stationary   ceil(M/R) ceil(N/C) (K + R + C - 2)      inputs M K ceil(N/C)   filters K N ceil(M/R)
///     weight stationary   ceil(K/R) ceil(N/C) (R + M + R + C - 2)  inputs M K ceil(N/C)   filters K N
///     input stationary    ceil(K/R) ceil(M/C) (R + N + R + C - 2)  inputs M K             filters K N ceil(M/C)
/// A fold takes its whole way through the array whether its rows and columns are all used or not. With overlap the way is
/// taken once, and only the first fold's stationary operands are waited for: R + (folds - 1) max(stream, R) + stream + R + C - 2.
/// Sums that a weight- or input-stationary array gives away are M N ceil(K/R), and it takes M N (ceil(K/R) - 1) of them up again.
DataflowCount count_dataflow(const MatrixProduct& product, std::uint64_t rows,
                             std::uint64_t columns, const DataflowOptions& options);

}  // namespace lacuna::sparq
