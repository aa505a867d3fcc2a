// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/bitlet/distiller.h"
#include "baselines/serial/dense_array_detailed.h"

namespace lacuna::baselines {

/// The Bitlet array clock by clock: a distiller for every row.
class DetailedBitletArray final : public DenseDetailedArray<Distiller> {
 public:
  /// @param group weights of a distiller, at most 64
  DetailedBitletArray(const engine::ArrayOptions& options, unsigned group)
      : DenseDetailedArray(options, Distiller(), group) {}
};

}  // namespace lacuna::baselines
