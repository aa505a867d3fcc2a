// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/parameters.h"

namespace lacuna::engine {

/// What two bodies of a block owe each other (doc/architecture.md).
enum class LockstepContract {
  exact,    ///< operands and room are there: the same beats in the same cycles
  elastic,  ///< operands come and results leave at random: the same beats in the same cycles
};

/// Parameters of a comparison in lockstep.
struct LockstepParams {
  LockstepContract contract = LockstepContract::exact;
  std::uint32_t tolerance = 0;
  std::uint32_t throttle = 25;
  std::uint64_t seed = 1;

  template <class Description>
  static void describe(Description& d) {
    d("contract", &LockstepParams::contract,
      "the same results in the same cycles, exact: as the platform feeds the block; elastic: with "
      "the handshakes of both bodies throttled by one random trace");
    d("tolerance", &LockstepParams::tolerance, "cycles by which a tile may differ")
        .range(0u, 1000000u);
    d("throttle", &LockstepParams::throttle,
      "percent of cycles in which a handshake waits (elastic)")
        .range(0u, 95u);
    d("seed", &LockstepParams::seed, "of the throttling");
  }
};

}  // namespace lacuna::engine

template <>
struct lacuna::EnumNames<lacuna::engine::LockstepContract> {
  static std::vector<lacuna::EnumName<lacuna::engine::LockstepContract>> table() {
    using lacuna::engine::LockstepContract;
    return {{"exact", LockstepContract::exact}, {"elastic", LockstepContract::elastic}};
  }
};
