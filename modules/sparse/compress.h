// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "sparse/bbs_group.h"
#include "sparse/bbs_parameters.h"
#include "sparse/bbs_tensor.h"

namespace lacuna::sparse {

/// What `lacuna compress bbs` can be told.
struct BbsCompressOptions {
  BbsMethod method = BbsMethod::zero_point_shifting;
  unsigned columns = 4;
  unsigned group = 32;
  unsigned constant_bits = 6;
  NarrowInputs narrow_inputs = NarrowInputs::straddle;

  template <class Description>
  static void describe(Description& d) {
    d("method", &BbsCompressOptions::method,
      "how low columns are given up: rounded averaging or zero-point shifting [BBS §III-B]");
    d("columns", &BbsCompressOptions::columns, "bit columns to save in each group")
        .range(0U, max_pruned_columns);
    d("group", &BbsCompressOptions::group, "weights that share metadata").range(1U, max_group);
    d("constant_bits", &BbsCompressOptions::constant_bits, "width of zero-point shifting's offset")
        .range(1U, max_constant_bits);
    d("narrow_inputs", &BbsCompressOptions::narrow_inputs,
      "groups of layers with fewer input channels than a group: shortened to them, or straddling");
  }
};

/// What was written, as summary.json says it.
struct BbsSummary {
  BbsCompressOptions options;
  BbsSizes sizes;
  /// As used: options.group, or the input channels of a narrow layer.
  std::uint64_t group_length = 0;
  std::uint64_t stream_bytes = 0;  ///< length of stream.bin
  std::uint64_t squared_error = 0;
  unsigned max_absolute_error = 0;
  std::uint64_t overfull_groups = 0;  ///< with more than 3 redundant columns

  std::string to_json() const;
};

/// Compresses an int8 tensor [K, C] or [K, C, kh, kw] of a .npy file with the flattened group
/// order, and writes into `directory` (made if it is missing): weights.npy (int16, same shape),
/// metadata.npy (int8 [groups, 3]), stream.bin, summary.json. When anything fails, nothing of it is
/// left behind.
/// @throws Error (bad_input) with the place of what is wrong
BbsSummary compress_bbs(const std::string& input, const std::string& directory,
                        const BbsCompressOptions& options);

}  // namespace lacuna::sparse
