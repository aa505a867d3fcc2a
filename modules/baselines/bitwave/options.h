// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "baselines/bitwave/dataflow.h"
#include "baselines/bitwave/sign_column.h"

namespace lacuna::baselines {

/// What bodies of a BitWave array must agree on beside the shared options.
struct BitwaveRule {
  SignColumn sign = SignColumn::beside;
  std::vector<ArrayShape> shapes = {ArrayShape()};
};

}  // namespace lacuna::baselines
