// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::bitvert {

/// How weights lose bit columns.
enum class CompressionMethod : std::uint8_t {
  ra,    ///< rounded averaging
  zps,   ///< zero-point shifting
  none,  ///< eight columns everywhere
};

/// Where the share of sensitive channels is taken.
enum class SelectionRule : std::uint8_t { global, per_layer };

/// The offline encoder; the defaults are the paper's moderate pruning.
struct CompressionParams {
  CompressionMethod method = CompressionMethod::zps;
  unsigned columns = 4;
  double beta = 0.2;
  unsigned group = 32;
  unsigned constant_bits = 6;
  SelectionRule selection = SelectionRule::global;
  unsigned round_to = 32;

  template <class Description>
  static void describe(Description& d) {
    d("method", &CompressionParams::method,
      "rounded averaging, zero-point shifting, or none [BBS §III-B]");
    d("columns", &CompressionParams::columns, "bit columns to save in every pruned group")
        .range(0u, 6u);
    d("beta", &CompressionParams::beta, "share of channels that keep all columns [BBS §III-C]")
        .range(0.0, 1.0);
    d("group", &CompressionParams::group, "weights that share metadata [BBS §III]").choices({32u});
    d("constant_bits", &CompressionParams::constant_bits, "width of zero-point shifting's offset")
        .range(1u, 6u);
    d("selection", &CompressionParams::selection,
      "whether beta is a share of the network's channels or of each layer's");
    d("round_to", &CompressionParams::round_to,
      "sensitive channels of a layer are rounded up to a multiple [BBS Algorithm 2]")
        .range(1u, 1024u);
  }
};

}  // namespace lacuna::bitvert

template <>
struct lacuna::EnumNames<lacuna::bitvert::CompressionMethod> {
  static std::vector<lacuna::EnumName<lacuna::bitvert::CompressionMethod>> table() {
    using lacuna::bitvert::CompressionMethod;
    return {{"ra", CompressionMethod::ra},
            {"zps", CompressionMethod::zps},
            {"none", CompressionMethod::none}};
  }
};

template <>
struct lacuna::EnumNames<lacuna::bitvert::SelectionRule> {
  static std::vector<lacuna::EnumName<lacuna::bitvert::SelectionRule>> table() {
    using lacuna::bitvert::SelectionRule;
    return {{"global", SelectionRule::global}, {"per_layer", SelectionRule::per_layer}};
  }
};
