// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::engine {

/// Which body of a computing array a platform asks for; all give the same bits and the same cycles.
enum class ArrayBody : std::uint8_t {
  fast,      ///< closed form
  detailed,  ///< clock by clock
  rtl,       ///< SystemVerilog
  lockstep,  ///< RTL beside detailed, compared clock by clock
};

}  // namespace lacuna::engine

template <>
struct lacuna::EnumNames<lacuna::engine::ArrayBody> {
  static std::vector<lacuna::EnumName<lacuna::engine::ArrayBody>> table() {
    using lacuna::engine::ArrayBody;
    return {{"fast", ArrayBody::fast},
            {"detailed", ArrayBody::detailed},
            {"rtl", ArrayBody::rtl},
            {"lockstep", ArrayBody::lockstep}};
  }
};
