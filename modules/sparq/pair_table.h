// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/span.h"
#include "sparq/pe_kind.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What pairs of activations become, by table: 65,536 of them.
class PairTable {
 public:
  /// For sysmt, of pairs that collide: neither activation's weight is zero.
  PairTable(PeKind pe, const sparse::SparqFormat& format);

  /// Reduces rows in place.
  /// @param rows of so many bytes each
  void reduce(Span<std::uint8_t> rows, std::size_t elements) const;

 private:
  std::vector<std::uint16_t> pairs_;  // by first + 256 * second, likewise made up
};

}  // namespace lacuna::sparq
