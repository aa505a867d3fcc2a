// SPDX-License-Identifier: Apache-2.0
#include "cosim/axi_rtl.h"

#include <fmt/format.h>

#include "cosim/axi_ports.h"
#include "cosim/axi_stream_port.h"
#include "tlm/time.h"
#include "tlm/watchdog.h"
#include "tlm/wave_request.h"

namespace lacuna::cosim {

/// A port of the module: one of three bridges, and its checker.
struct AxiRtl::Port {
  AxiRtlPort rtl;
  AxiSignals signals;
  std::unique_ptr<AxiInitiatorPort> initiator;
  std::unique_ptr<AxiTargetPort> target;
  std::unique_ptr<AxiChecker> checker;
  std::unique_ptr<AxiStreamPort> stream;
  std::unique_ptr<AxiStreamChecker> stream_checker;
  AxiStreamSignals stream_signals;

  void sample() {
    if (stream) {
      rtl.stream->sample(stream_signals);
    } else {
      rtl.pins->sample(signals);
    }
  }
  void check() {
    if (stream) {
      stream_checker->clock(stream_signals);
    } else {
      checker->clock(signals);
    }
  }
  void check_reset() {
    if (stream) {
      stream_checker->reset(stream_signals);
    } else {
      checker->reset(signals);
    }
  }
  void drive() {
    if (stream) {
      stream->drive(stream_signals);
      rtl.stream->drive(stream_signals);
      return;
    }
    if (initiator) {
      initiator->bridge().drive(signals);
    } else {
      target->bridge().drive(signals);
    }
    rtl.pins->drive(signals);
  }
  void clock() const {
    if (stream) {
      stream->clock(stream_signals);
    } else if (initiator) {
      initiator->bridge().clock(signals);
    } else {
      target->bridge().clock(signals);
    }
  }
  bool idle() const {
    return stream ? stream->idle() : initiator ? initiator->idle() : target->idle();
  }
  bool valid() const {
    return stream_signals.t.valid || signals.aw.valid || signals.w.valid || signals.b.valid ||
           signals.ar.valid || signals.r.valid;
  }
};

AxiRtl::AxiRtl(const sc_core::sc_module_name& name, const AxiRtlParams& params,
               tlm::Surroundings& surroundings)
    : Component(name),
      params_(params),
      period_(params.clock.value_or(surroundings.clock).period().value()),
      requester_(this->name()),
      watchdog_(surroundings.watchdog),
      waves_(surroundings.waves),
      model_(make_axi_rtl(params.model)),
      clocks_(surroundings.statistics.add(requester_ + ".clocks", Measure::cycles,
                                          "in which the module was clocked")) {
  set_inputs();
  make_ports(surroundings);
  if (waves_ != nullptr) {
    if (const auto wave = waves_->claim(requester_)) {
      model_->simulation().record(*wave);
      recording_ = true;
    }
  }
  SC_HAS_PROCESS(AxiRtl);
  SC_METHOD(tick);
  sensitive << tick_;
}

AxiRtl::~AxiRtl() = default;

void AxiRtl::set_inputs() {
  for (const auto& [input, value] : params_.inputs) {
    if (!model_->set_input(input, value)) {
      throw input_error({}, fmt::format("inputs.{}: no such input of {} in its file of port names",
                                        input, params_.model));
    }
  }
}

void AxiRtl::make_ports(tlm::Surroundings& surroundings) {
  std::uint64_t seed = params_.seed;
  for (const AxiRtlPort& rtl : model_->ports()) {
    const AxiBridgeOptions options{rtl.data_bytes, params_.outstanding, params_.throttle, seed};
    seed += 16;
    const auto wake_up = [this] { wake(); };
    const ViolationListener listener = [this, name = rtl.name](const Violation& violation) {
      violated(name, violation);
    };
    auto port = std::make_unique<Port>();
    port->rtl = rtl;
    if (rtl.stream != nullptr) {
      port->stream = std::make_unique<AxiStreamPort>(rtl.name, requester_, rtl, options,
                                                     surroundings.statistics, wake_up);
      port->stream_checker =
          std::make_unique<AxiStreamChecker>(rtl.data_bytes, params_.patience, listener);
      offer_target(rtl.name, port->stream->socket);
      make_target_optional(rtl.name);
    } else if (rtl.manager) {
      port->initiator = std::make_unique<AxiInitiatorPort>(rtl.name, requester_, options,
                                                           surroundings.statistics, wake_up);
      offer_initiator(rtl.name, port->initiator->socket);
    } else {
      port->target = std::make_unique<AxiTargetPort>(
          rtl.name, requester_, rtl, options, params_.max_beats, surroundings.statistics, wake_up);
      offer_target(rtl.name, port->target->socket);
    }
    if (!port->stream) {
      port->checker = std::make_unique<AxiChecker>(
          AxiChecker::Options{rtl.data_bytes, rtl.lite, params_.patience}, listener);
    }
    ports_.push_back(std::move(port));
  }
}

void AxiRtl::violated(const std::string& port, const Violation& violation) {
  if (params_.check) {
    if (waves_ != nullptr && !watchdog_.failed()) {
      const std::int64_t now = tlm::now().value();
      waves_->point_at({"violation.fst", std::max<std::int64_t>(0, now - 64 * period_),
                        now + 16 * period_, requester_});
    }
    watchdog_.fail(model_error(fmt::format(
        "{}.{}: channel {} breaks the rule {}: {} (clock {}, {})", requester_, port,
        violation.channel, violation.rule, violation.text, violation.cycle, to_text(tlm::now()))));
  }
}

/// A few clocks of reset, before anything else happens to the module.
void AxiRtl::reset() {
  constexpr int reset_clocks = 4;
  model_->set_reset(true);
  for (int i = 0; i < reset_clocks; ++i) {
    model_->settle();
    for (const auto& port : ports_) {
      port->sample();
      port->check_reset();
    }
    model_->clock();
  }
  model_->set_reset(false);
}

void AxiRtl::wake() {
  idle_ = 0;
  if (!running_) {
    running_ = true;
    const std::int64_t now = tlm::now().value();
    tick_.notify(tlm::to_sc_time(Time((now / period_ + 1) * period_ - now)));
  }
}

/// One clock; the next one follows while there is work.
void AxiRtl::tick() {
  if (!started_) {
    started_ = true;
    reset();
    wake();
    return;
  }
  try {
    running_ = step();
  } catch (const Error& error) {
    running_ = false;
    watchdog_.fail(error);
  }
  if (running_) {
    tick_.notify(tlm::to_sc_time(Time(period_)));
  }
}

/// @return whether the clock must go on
bool AxiRtl::step() {
  ++clocks_;
  for (const auto& port : ports_) {
    // Reads of its registers are no progress: who polls a module that does nothing must be found out.
    if (port->initiator && port->initiator->deliver(tlm::now())) {
      watchdog_.progress();
    }
    port->drive();
  }
  model_->settle();
  bool active = model_->busy();
  for (const auto& port : ports_) {
    port->sample();
    port->check();
    active = active || port->valid() || !port->idle();
  }
  sample(0);
  for (const auto& port : ports_) {
    port->clock();
  }
  model_->clock();
  sample(period_ / 2);
  idle_ = active ? 0 : idle_ + 1;
  return idle_ < params_.idle_clocks;
}

void AxiRtl::sample(std::int64_t offset_ps) {
  if (recording_) {
    model_->simulation().sample(tlm::now().value() + offset_ps);
  }
}

std::string AxiRtl::waiting_for() const {
  std::string text;
  for (const auto& port : ports_) {
    const std::string waits = port->initiator ? port->initiator->waiting_for()
                              : !port->idle()
                                  ? fmt::format("{} to answer on {}", params_.model, port->rtl.name)
                                  : std::string();
    text += (text.empty() || waits.empty() ? "" : "; ") + waits;
  }
  return text;
}

tlm::ModuleType axi_rtl_type() {
  tlm::ModuleType type =
      tlm::module_type<AxiRtlParams, AxiRtl>("axi_rtl",
                                             "a module in SystemVerilog with AXI4, AXI4-Lite or "
                                             "AXI4-Stream ports (doc/bring_your_rtl.md)");
  type.ports = {{"<manager port>", "initiator", "a port on which the module sends requests"},
                {"<subordinate port>", "target", "a port on which it answers them"},
                {"<stream port>", "target", "written to: packets in; read from: bytes out"}};
  type.counters = {{"clocks", Measure::cycles, "in which the module was clocked"},
                   {"<port>.reads", Measure::count, "reads answered"},
                   {"<port>.writes", Measure::count, "writes answered"},
                   {"<port>.read_bytes", Measure::bytes, "bytes read"},
                   {"<port>.write_bytes", Measure::bytes, "bytes written"},
                   {"<port>.errors", Measure::count, "requests that were refused"}};
  return type;
}

}  // namespace lacuna::cosim
