// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "baselines/pragmatic/oneffset_dispatcher.h"
#include "baselines/serial/dense_array_detailed.h"

namespace lacuna::baselines {

/// The Pragmatic array clock by clock: a oneffset dispatcher for every row.
class DetailedPragmaticArray final : public DenseDetailedArray<OneffsetDispatcher> {
 public:
  DetailedPragmaticArray(const engine::ArrayOptions& options, const PragmaticRule& rule)
      : DenseDetailedArray(options, OneffsetDispatcher(rule), serial_lanes) {}
};

}  // namespace lacuna::baselines
