// SPDX-License-Identifier: Apache-2.0
#include "tlm/watchdog.h"

#include <fmt/format.h>

#include "tlm/sanitizer_stack.h"
#include "tlm/time.h"

namespace lacuna::tlm {

Watchdog::Watchdog(const sc_core::sc_module_name& name, Time patience)
    : sc_module(name), patience_(patience) {
  SC_HAS_PROCESS(Watchdog);
  SC_METHOD(look);
  sensitive << time_to_look_;
  dont_initialize();
}

void Watchdog::begin_work() {
  ++progress_;
  if (outstanding_++ == 0) {
    progress_seen_ = progress_;
    time_to_look_.notify(to_sc_time(patience_));
  }
}

void Watchdog::end_work() {
  ++progress_;
  if (outstanding_ == 0) {
    throw model_error("work ended that never began");
  }
  // A pending look would keep the simulation alive for nothing.
  if (--outstanding_ == 0) {
    time_to_look_.cancel();
  }
}

void Watchdog::look() {
  if (outstanding_ == 0) {
    return;
  }
  if (!sc_core::sc_pending_activity()) {
    fail(stuck("nothing is left that could happen"));
  } else if (progress_ == progress_seen_) {
    fail(stuck("nothing moved for " + to_text(patience_)));
  } else {
    progress_seen_ = progress_;
    time_to_look_.notify(to_sc_time(patience_));
  }
}

void Watchdog::fail(const Error& error) {
  if (!failure_) {
    failure_ = error;
  }
  if (sc_core::sc_is_running()) {
    sc_core::sc_stop();
  }
}

void Watchdog::run() {
  if (!failure_) {
    sc_core::sc_start();
    back_on_thread_stack();
  }
  if (failure_) {
    throw *failure_;
  }
  if (outstanding_ != 0 && sc_core::sc_get_status() != sc_core::SC_PAUSED) {
    throw stuck("the simulation ended");
  }
}

std::string Watchdog::report() const {
  std::string lines;
  for (const Component* component : components_) {
    const std::string reason = component->waiting_for();
    if (!reason.empty()) {
      lines +=
          fmt::format("{}{} waits for {}", lines.empty() ? "" : "\n", component->name(), reason);
    }
  }
  return lines;
}

Error Watchdog::stuck(const std::string& why) const {
  const std::string waiting = report();
  return model_error(fmt::format(
      "the platform is stuck at {}: {}, {} piece{} of work unfinished\n{}",
      to_text(to_time(sc_core::sc_time_stamp())), why, outstanding_, outstanding_ == 1 ? "" : "s",
      waiting.empty() ? "no component says what it waits for" : waiting));
}

}  // namespace lacuna::tlm
