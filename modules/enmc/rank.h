// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "enmc/controller.h"
#include "enmc/executor.h"
#include "enmc/rank_accounts.h"
#include "enmc/rank_buffers.h"
#include "enmc/rank_port.h"
#include "enmc/screener.h"

namespace lacuna::enmc {

/// Everything beside the devices of one rank: the right half of Figure 6.6.
class Rank : public sc_core::sc_module {
 public:
  Rank(const sc_core::sc_module_name& name, const RankParams& params, RankAccounts& accounts,
       tlm::Watchdog& watchdog)
      : sc_module(name),
        indices_(params.index_buffer),
        outputs_(params.output_buffer.value()),
        port("port"),
        screener("screener", params, port, indices_, outputs_, accounts, changed_),
        executor("executor", params, port, indices_, outputs_, accounts, changed_),
        controller("controller", params, port, screener, executor, outputs_, accounts, watchdog,
                   changed_) {}

  void clocked_by(Time period) {
    screener.clocked_by(period);
    executor.clocked_by(period);
    controller.clocked_by(period);
  }

 private:
  sc_core::sc_event changed_;  // a unit has become idle
  IndexBuffer indices_;
  OutputBuffer outputs_;

 public:
  RankPort port;
  Screener screener;
  Executor executor;
  Controller controller;
};

}  // namespace lacuna::enmc
