// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace lacuna::sparse::screening {

/// Eigen cuts products by the sizes of the host's caches, and the order of summation with them:
/// fixed sizes give the same bits everywhere.
inline void fix_eigen_blocks() {
  Eigen::setCpuCacheSizes(32768, 524288, 4194304);
}

}  // namespace lacuna::sparse::screening
