// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/array_options.h"
#include "sparq/pe_kind.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// A Tensor Core is 4 x 4 dot-product units: it multiplies two matrices of 4 x 4 and adds a third [SPARQ §4].
inline constexpr unsigned tensor_core_side = 4;
/// Multipliers of a dot-product unit, 8b-8b ones or pairs of 4b-8b ones; their products and a third value are added up.
inline constexpr unsigned unit_multipliers = 4;
/// Of every four neighbours a sparse Tensor Core's selection takes two [SPARQ Fig. 5].
inline constexpr unsigned selection_window = 4;
inline constexpr unsigned selection_slots = 2;

/// What the bodies of an array of dot-product units agree on.
struct DotProductOptions {
  engine::ArrayOptions array;
  PeKind pe = PeKind::sparq;
  sparse::SparqFormat format;  ///< of units of kind sparq; two_4b rounds as it says
  bool selection = false;      ///< multiplexers before the multipliers, for weights of 2:4
};

/// What one issue takes: of each channel some weights, of the reduction some elements.
struct IssueRule {
  bool pairs = false;    ///< two activations with fewer bits for each multiplier
  bool selects = false;  ///< weights of 2:4
  unsigned clocks = 1;

  unsigned weights() const { return unit_multipliers * (pairs ? pair_elements : 1); }
  /// 4 of dense weights at 8 bits, 8 in pairs; 8 and 16 of weights of 2:4.
  unsigned elements() const {
    return selects ? weights() / selection_slots * selection_window : weights();
  }
  std::uint32_t issues(std::uint32_t reduction) const {
    return (reduction + elements() - 1) / elements();
  }
};

/// @param reduced the layer's activations may take part with fewer bits
/// @param structured its weights come with indices
inline IssueRule issue_rule(const DotProductOptions& options, bool reduced, bool structured) {
  const bool pairs = reduced && options.pe != PeKind::dense;
  return {pairs, options.selection && structured,
          pairs ? 1 : full_precision_clocks(options.pe, options.format)};
}

}  // namespace lacuna::sparq
