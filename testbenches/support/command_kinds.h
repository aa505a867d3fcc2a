// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory/dram_command.h"

namespace lacuna::test {

inline bool is_column(memory::DramCommand c) {
  return c == memory::DramCommand::read || c == memory::DramCommand::write;
}

inline bool is_precharge(memory::DramCommand c) {
  return c == memory::DramCommand::precharge || c == memory::DramCommand::precharge_all;
}

/// To logic beside the devices, written down here once more: the model's own test is not asked.
inline bool for_logic(memory::DramCommand c) {
  return c == memory::DramCommand::instruct || c == memory::DramCommand::instruct_write ||
         c == memory::DramCommand::instruct_read;
}

inline bool is_refresh(memory::DramCommand c) {
  return c == memory::DramCommand::refresh || c == memory::DramCommand::refresh_bank;
}

inline bool sends_data(memory::DramCommand c) {
  return c == memory::DramCommand::write || c == memory::DramCommand::instruct_write;
}

inline bool returns_data(memory::DramCommand c) {
  return c == memory::DramCommand::read || c == memory::DramCommand::instruct_read;
}

}  // namespace lacuna::test
