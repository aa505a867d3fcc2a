// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/dram_scheduler.h"

namespace lacuna::memory {

/// First come, first served. A later payload still gets its banks prepared while an earlier one
/// transfers.
class DramFcfs : public DramScheduler {
 public:
  std::size_t choose(Span<const DramRequest>) override { return 0; }
};

}  // namespace lacuna::memory
