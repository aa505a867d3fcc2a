// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::baselines {

/// What a group's sign column costs. In all of them it is stored when any weight of the group is negative.
enum class SignColumn : std::uint8_t {
  beside,     ///< nothing: it comes beside the first magnitude column, through a port of its own
  serial,     ///< a cycle, as every other column
  minus_one,  ///< BBS's simulator: columns that are not zero, less one, whether or not the sign column is among them
};

}  // namespace lacuna::baselines

template <>
struct lacuna::EnumNames<lacuna::baselines::SignColumn> {
  static std::vector<lacuna::EnumName<lacuna::baselines::SignColumn>> table() {
    using lacuna::baselines::SignColumn;
    return {{"beside", SignColumn::beside},
            {"serial", SignColumn::serial},
            {"minus_one", SignColumn::minus_one}};
  }
};
