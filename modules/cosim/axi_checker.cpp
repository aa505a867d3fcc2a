// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_checker.h"

#include <algorithm>

#include <fmt/format.h>

namespace lacuna::cosim {

const std::vector<AxiRule>& axi_rules() {
  static const std::vector<AxiRule> rules = {
      {"valid_dropped", "A3.2.1"},
      {"payload_changed", "A3.2.1"},
      {"valid_in_reset", "A3.1.2"},
      {"no_ready", "none: a limit of patience"},
      {"crosses_4k", "A3.4.1"},
      {"beat_too_wide", "A3.4.1"},
      {"burst_type", "A3.4.1; bridges serve INCR only"},
      {"lite_burst", "B1.1.1"},
      {"wlast", "A3.4.1"},
      {"strobe_lane", "A3.4.3"},
      {"early_response", "A3.3.1"},
      {"bid", "A5.3.1"},
      {"rid", "A5.3.1"},
      {"rlast", "A3.4.1"},
      {"exokay", "A7.2"},
  };
  return rules;
}

AxiChecker::AxiChecker(const Options& options, ViolationListener listener)
    : options_(options),
      listener_(std::move(listener)),
      aw_("AW", options.patience, listener_),
      w_("W", options.patience, listener_),
      b_("B", options.patience, listener_),
      ar_("AR", options.patience, listener_),
      r_("R", options.patience, listener_) {}

void AxiChecker::clock(const AxiSignals& signals) {
  ++cycle_;
  aw_.clock(signals.aw.valid, signals.aw.ready, signals.aw.beat);
  w_.clock(signals.w.valid, signals.w.ready, signals.w.beat);
  b_.clock(signals.b.valid, signals.b.ready, signals.b.beat);
  ar_.clock(signals.ar.valid, signals.ar.ready, signals.ar.beat);
  r_.clock(signals.r.valid, signals.r.ready, signals.r.beat);
  // Responses follow what was accepted at earlier edges only.
  if (signals.b.valid && !response_shown_) {
    check_write_response(signals.b.beat);
  }
  response_shown_ = signals.b.valid && !signals.b.ready;
  if (signals.b.valid && signals.b.ready) {
    take_write_response(signals.b.beat);
  }
  if (signals.r.valid && signals.r.ready) {
    take_read_beat(signals.r.beat);
  }
  if (signals.aw.valid && signals.aw.ready) {
    check_address("AW", signals.aw.beat);
    writes_.push_back({signals.aw.beat});
  }
  if (signals.w.valid && signals.w.ready) {
    write_beats_.push_back(signals.w.beat);
  }
  take_write_data();
  if (signals.ar.valid && signals.ar.ready) {
    check_address("AR", signals.ar.beat);
    reads_[signals.ar.beat.id].push_back({signals.ar.beat});
  }
}

void AxiChecker::reset(const AxiSignals& signals) {
  aw_.reset(signals.aw.valid);
  w_.reset(signals.w.valid);
  b_.reset(signals.b.valid);
  ar_.reset(signals.ar.valid);
  r_.reset(signals.r.valid);
}

void AxiChecker::check_address(const char* channel, const AxiAddress& address) {
  const std::uint64_t last =
      address.beat_address(address.length) / address.beat_bytes() * address.beat_bytes() +
      address.beat_bytes() - 1;
  if (address.burst != axi_incr) {
    report("burst_type", channel, fmt::format("burst type {}, expected INCR", address.burst));
  } else if (address.beat_bytes() > options_.data_bytes) {
    report(
        "beat_too_wide", channel,
        fmt::format("beats of {} bytes on a bus of {}", address.beat_bytes(), options_.data_bytes));
  } else if (address.address / axi_page != last / axi_page) {
    report("crosses_4k", channel,
           fmt::format("{:#x} to {:#x} crosses a boundary of 4 KiB", address.address, last));
  } else if (options_.lite &&
             (address.length != 0 || address.beat_bytes() != options_.data_bytes)) {
    report("lite_burst", channel, "AXI4-Lite has single beats of the bus's width");
  }
}

void AxiChecker::take_write_data() {
  while (!write_beats_.empty()) {
    const auto write =
        std::find_if(writes_.begin(), writes_.end(), [](const Write& w) { return !w.data_done; });
    if (write == writes_.end()) {
      return;
    }
    const AxiWriteBeat beat = write_beats_.front();
    write_beats_.pop_front();
    check_strobes(write->address, beat_, beat.strobes);
    const bool is_last = beat_ == write->address.length;
    if (beat.last != is_last) {
      report("wlast", "W",
             fmt::format("WLAST is {} in beat {} of {}", beat.last ? 1 : 0, beat_,
                         write->address.beats()));
    }
    write->data_done = is_last;
    beat_ = is_last ? 0 : beat_ + 1;
  }
}

void AxiChecker::check_strobes(const AxiAddress& address, unsigned beat, std::uint64_t strobes) {
  const std::uint64_t first = address.beat_address(beat);
  const std::uint64_t end =
      first / address.beat_bytes() * address.beat_bytes() + address.beat_bytes();
  const unsigned lane = static_cast<unsigned>(first % options_.data_bytes);
  const unsigned lanes = static_cast<unsigned>(end - first);
  const std::uint64_t legal = (lanes >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << lanes) - 1)
                              << lane;
  if ((strobes & ~legal) != 0) {
    report("strobe_lane", "W",
           fmt::format("strobes {:#x} of beat {} outside its lanes {:#x}", strobes, beat, legal));
  }
}

/// In the first cycle of its valid, which must follow the last data.
void AxiChecker::check_write_response(const AxiWriteResponse& beat) {
  check_response("B", beat.response);
  const auto write = std::find_if(writes_.begin(), writes_.end(),
                                  [&beat](const Write& w) { return w.address.id == beat.id; });
  if (write == writes_.end()) {
    report("bid", "B", fmt::format("no write with ID {} is outstanding", beat.id));
  } else if (!write->data_done) {
    report("early_response", "B", fmt::format("ID {} is answered before its last data", beat.id));
  }
}

void AxiChecker::take_write_response(const AxiWriteResponse& beat) {
  const auto write = std::find_if(writes_.begin(), writes_.end(),
                                  [&beat](const Write& w) { return w.address.id == beat.id; });
  if (write != writes_.end()) {
    beat_ = write->data_done ? beat_ : 0;
    writes_.erase(write);
  }
}

void AxiChecker::take_read_beat(const AxiReadBeat& beat) {
  check_response("R", beat.response);
  std::deque<Read>& reads = reads_[beat.id];
  if (reads.empty()) {
    report("rid", "R", fmt::format("no read with ID {} is outstanding", beat.id));
    return;
  }
  Read& read = reads.front();
  const bool is_last = read.beats == read.address.length;
  if (beat.last != is_last) {
    report("rlast", "R",
           fmt::format("RLAST is {} in beat {} of {}", beat.last ? 1 : 0, read.beats,
                       read.address.beats()));
  }
  ++read.beats;
  if (is_last) {
    reads.pop_front();
  }
}

void AxiChecker::check_response(const char* channel, std::uint8_t response) {
  if (response == axi_exokay) {
    report("exokay", channel, "EXOKAY without an exclusive access");
  }
}

void AxiChecker::report(const char* rule, const char* channel, const std::string& text) {
  listener_({rule, channel, cycle_, text});
}

}  // namespace lacuna::cosim
