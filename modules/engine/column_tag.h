// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/output_registers.h"

namespace lacuna::engine {

/// What travels with a weight column from stage to stage.
struct ColumnTag {
  bool valid = false;
  bool starts_pass = false;
  bool ends_pass = false;
  bool starts_accumulation = false;
  bool ends_accumulation = false;
  std::uint8_t idle_reason =
      0;  ///< of a clock without a column: the machine's own; 0: none is left or yet there
  ResultPlace place;
};

}  // namespace lacuna::engine
