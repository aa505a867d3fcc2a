// SPDX-License-Identifier: Apache-2.0
// BBS as platform files and the command line name it: the names of its choices, and the parameters
// of a whole model.
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "sparse/bbs_group.h"
#include "sparse/bbs_selection.h"
#include "sparse/bbs_tensor.h"

namespace lacuna {
inline namespace core {

template <>
struct EnumNames<sparse::BbsMethod> {
  static std::vector<EnumName<sparse::BbsMethod>> table() {
    return {{"ra", sparse::BbsMethod::rounded_averaging},
            {"zps", sparse::BbsMethod::zero_point_shifting}};
  }
};

template <>
struct EnumNames<sparse::NarrowInputs> {
  static std::vector<EnumName<sparse::NarrowInputs>> table() {
    return {{"shorten", sparse::NarrowInputs::shorten},
            {"straddle", sparse::NarrowInputs::straddle}};
  }
};

template <>
struct EnumNames<sparse::SelectionScope> {
  static std::vector<EnumName<sparse::SelectionScope>> table() {
    return {{"model", sparse::SelectionScope::model}, {"layer", sparse::SelectionScope::layer}};
  }
};

}  // namespace core

namespace sparse {

/// How a model's weights are compressed for BitVert; the defaults are the paper's moderate setting.
struct BbsModelParams {
  BbsMethod method = BbsMethod::zero_point_shifting;
  unsigned columns = 4;
  unsigned constant_bits = 6;
  double beta = 0.2;
  std::uint32_t channel_multiple = 32;
  SelectionScope scope = SelectionScope::model;

  BbsPruning pruning() const { return {method, columns, constant_bits}; }
  SelectionParams selection() const { return {beta, channel_multiple, scope}; }

  template <class Description>
  static void describe(Description& d) {
    d("method", &BbsModelParams::method,
      "how low columns are given up: rounded averaging or zero-point shifting [BBS §III-B]");
    d("columns", &BbsModelParams::columns, "bit columns to save in each group")
        .range(0U, max_pruned_columns);
    d("constant_bits", &BbsModelParams::constant_bits, "width of zero-point shifting's offset")
        .range(1U, max_constant_bits);
    d("beta", &BbsModelParams::beta, "share of the channels that keep all columns").range(0.0, 1.0);
    d("channel_multiple", &BbsModelParams::channel_multiple,
      "a layer's dense channels are rounded up to this, so that they fill blocks of array rows")
        .range(std::uint32_t{1}, std::uint32_t{65536});
    d("scope", &BbsModelParams::scope,
      "whose channels compete for staying dense: the whole model's, or each layer's own");
  }
};

}  // namespace sparse
}  // namespace lacuna
