// SPDX-License-Identifier: Apache-2.0
#include "memory/dram_scheduler.h"

#include "memory/dram_fcfs.h"

namespace lacuna::memory {

std::unique_ptr<DramScheduler> make_dram_scheduler(DramScheduling scheduling) {
  switch (scheduling) {
    case DramScheduling::fcfs:
    case DramScheduling::fr_fcfs:
    case DramScheduling::fr_fcfs_cap:
      return std::make_unique<DramFcfs>();
  }
  throw model_error("a DRAM scheduler that nobody wrote");
}

}  // namespace lacuna::memory
