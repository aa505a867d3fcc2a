// SPDX-License-Identifier: Apache-2.0
// What a request costs its player: reading a trace, making a pattern, offering it over TLM to a target that answers at once, beside
// what the SystemC kernel takes for one timed event.
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>

#include <tlm_utils/simple_target_socket.h>

#include "support/temporary_file.h"
#include "tlm/time.h"
#include "traffic/request_issuer.h"
#include "traffic/trace_reader.h"
#include "traffic/traffic_pattern.h"
#include "unit/tlm/bench.h"

namespace lacuna {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t requests = 1000000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Accepts at once and announces the response 20 ns ahead.
class Immediate : public tlm::Component {
 public:
  explicit Immediate(const sc_core::sc_module_name& name) : Component(name), memory("memory") {
    offer_target("memory", memory);
    memory.register_nb_transport_fw(this, &Immediate::forward);
    SC_HAS_PROCESS(Immediate);
    SC_METHOD(respond);
    sensitive << wake_;
    dont_initialize();
  }
  tlm_utils::simple_target_socket<Immediate, tlm::socket_width> memory;

 private:
  ::tlm::tlm_sync_enum forward(tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time&) {
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
    waiting_.push_back(&payload);
    if (waiting_.size() == 16) {  // answers sixteen at a time
      wake_.notify(sc_core::SC_ZERO_TIME);
    }
    phase = ::tlm::END_REQ;
    return ::tlm::TLM_UPDATED;
  }
  void respond() {
    std::vector<tlm::Payload*> answered;
    answered.swap(waiting_);
    for (tlm::Payload* payload : answered) {
      ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
      sc_core::sc_time delay = tlm::to_sc_time(Time(20000));
      memory->nb_transport_bw(*payload, phase, delay);
    }
  }
  std::vector<tlm::Payload*> waiting_;
  sc_core::sc_event wake_;
};

class Ticker : public sc_core::sc_module {
 public:
  explicit Ticker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Ticker);
    SC_METHOD(tick);
    sensitive << event_;
    dont_initialize();
  }
  void start(std::uint64_t ticks) {
    left_ = ticks;
    event_.notify(tlm::to_sc_time(Time(833)));
  }

 private:
  void tick() {
    if (--left_ != 0) {
      event_.notify(tlm::to_sc_time(Time(833)));
    }
  }
  std::uint64_t left_ = 0;
  sc_core::sc_event event_;
};

std::string trace_text() {
  std::string text;
  for (std::uint64_t i = 0; i < requests; ++i) {
    char line[64];
    std::snprintf(line, sizeof line, "%" PRIu64 " R 0x%" PRIx64 "\n", i, i * 64);
    text += line;
  }
  return text;
}

}  // namespace

int measure() {
  const test::TemporaryFile file(trace_text());
  Clock::time_point start = Clock::now();
  traffic::TraceReader reader(file.path(), {});
  std::uint64_t sum = 0;
  for (traffic::MemoryRequest request; reader.next(request);) {
    sum += request.address;
  }
  const double reading = seconds_since(start);

  test::Bench bench;
  traffic::PatternParams params;
  params.requests = requests - requests % 16;
  params.pattern = traffic::Pattern::random;
  traffic::RequestIssuer issuer(
      "issuer", {Time(833), 64, 0},
      std::make_unique<traffic::PatternSource>(params, Time(833), "issuer"), bench.surroundings);
  Immediate target("target");
  issuer.initiators().at("memory").bind(*target.targets().at("memory"));
  Ticker ticker("ticker");
  start = Clock::now();
  bench.watchdog.run();
  const double playing = seconds_since(start);

  ticker.start(4 * requests);
  start = Clock::now();
  sc_core::sc_start();
  const double ticking = seconds_since(start) / 4;

  const auto million = [](double seconds) {
    return static_cast<double>(requests) / seconds * 1e-6;
  };
  std::printf("reading a trace      %6.1f M lines/s (check sum %llx)\n", million(reading),
              static_cast<unsigned long long>(sum));
  std::printf("offering requests    %6.1f M/s, of %llu finished\n", million(playing),
              static_cast<unsigned long long>(issuer.finished()));
  std::printf("kernel's own events  %6.1f M/s: a request costs %.1f of them\n", million(ticking),
              playing / ticking);
  return 0;
}

}  // namespace lacuna

int main() {
  return lacuna::measure();
}
