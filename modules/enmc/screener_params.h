// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"
#include "engine/lockstep_params.h"

namespace lacuna::enmc {

/// Which datapath computes in a Screener; all give the same bits and the same clocks.
enum class ScreenerModel : std::uint8_t {
  fast,      ///< a block at once
  rtl,       ///< SystemVerilog
  lockstep,  ///< RTL beside fast, every step compared
};

struct ScreenerParams {
  ScreenerModel model = ScreenerModel::fast;
  engine::LockstepParams lockstep;

  template <class Description>
  static void describe(Description& d) {
    d("model", &ScreenerParams::model,
      "fast: a block at once; rtl: SystemVerilog; lockstep: both, every step compared");
    d("lockstep", &ScreenerParams::lockstep, "how the two bodies of model lockstep are compared");
  }
};

}  // namespace lacuna::enmc

template <>
struct lacuna::EnumNames<lacuna::enmc::ScreenerModel> {
  static std::vector<lacuna::EnumName<lacuna::enmc::ScreenerModel>> table() {
    using lacuna::enmc::ScreenerModel;
    return {{"fast", ScreenerModel::fast},
            {"rtl", ScreenerModel::rtl},
            {"lockstep", ScreenerModel::lockstep}};
  }
};
