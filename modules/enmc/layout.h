// SPDX-License-Identifier: Apache-2.0
//
// Where a classifier's parts lie in every rank. Category c is row c / ranks of rank c % ranks, so that
// frequent neighbours spread and no rank has two rows more than another. No SystemC.
#pragma once

#include <cstdint>

#include "enmc/rank_params.h"
#include "workload/classifier_data.h"

namespace lacuna::enmc {

using workload::ClassifierShape;

/// The same in every rank; offsets from its first byte, each at a page's begin.
struct RankLayout {
  std::uint32_t ranks = 1;
  std::uint64_t categories = 0;
  std::uint32_t row_bytes = 0;       ///< of the screener, packed
  std::uint32_t fp32_row_bytes = 0;  ///< weights, then the bias, whole bursts
  std::uint32_t contexts = 1;        ///< that the feature buffer takes in one pass
  std::uint32_t block_rows = 1;      ///< rows whose sums fit with so many contexts
  std::uint64_t weights_int4 = 0;
  std::uint64_t biases_int4 = 0;
  std::uint64_t weights_fp32 = 0;
  std::uint64_t features_int4 = 0;
  std::uint64_t features_fp32 = 0;
  std::uint64_t end = 0;

  std::uint32_t rows_of(std::uint32_t rank) const {
    return static_cast<std::uint32_t>(categories / ranks + (rank < categories % ranks ? 1 : 0));
  }
  std::uint64_t category_of(std::uint32_t rank, std::uint32_t row) const {
    return std::uint64_t{row} * ranks + rank;
  }
  std::uint32_t blocks_of(std::uint32_t rank) const {
    return (rows_of(rank) + block_rows - 1) / block_rows;
  }
};

/// @throws Error (bad_input) when the classifier does not fit into the ranks or a context not into the
/// feature buffer
RankLayout lay_out(const ClassifierShape& shape, std::uint32_t batch, std::uint32_t ranks,
                   std::uint64_t rank_bytes, const RankParams& params);

}  // namespace lacuna::enmc
