// SPDX-License-Identifier: Apache-2.0
//
// A module in RTL with a stream in and a stream out, between sockets: packets arrive complete, and every rule is seen red.
#include <memory>
#include <optional>

#include <tlm_utils/simple_initiator_socket.h>

#include "axi_bench.h"
#include "cosim/axi_rtl.h"
#include "tlm/fault_injector.h"
#include "tlm/payload_info.h"
#include "tlm/watchdog.h"

namespace lacuna::cosim::test {

namespace {

/// Writes packets into the module, and reads them out of it at the same time.
class Host : public sc_core::sc_module {
 public:
  explicit Host(const sc_core::sc_module_name& name) : sc_module(name), in("in"), out("out") {
    SC_HAS_PROCESS(Host);
    SC_THREAD(send);
    SC_THREAD(receive);
  }
  tlm_utils::simple_initiator_socket<Host, tlm::socket_width> in;
  tlm_utils::simple_initiator_socket<Host, tlm::socket_width> out;

  std::vector<std::vector<std::uint8_t>> packets;
  std::vector<std::vector<std::uint8_t>> received;
  std::vector<::tlm::tlm_response_status> answers;
  std::size_t read_more = 0;  // bytes by which reads are longer than packets
  std::function<void()> done = [] {};

 private:
  void transfer(decltype(in)& socket, tlm::Payload& payload, ::tlm::tlm_command command,
                std::vector<std::uint8_t>& bytes) {
    payload.set_command(command);
    payload.set_address(0);
    payload.set_data_ptr(bytes.data());
    payload.set_data_length(static_cast<unsigned>(bytes.size()));
    payload.set_streaming_width(static_cast<unsigned>(bytes.size()));
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    wait(delay);
    answers.push_back(payload.get_response_status());
  }
  void send() {
    for (std::vector<std::uint8_t> packet : packets) {
      transfer(in, written_, ::tlm::TLM_WRITE_COMMAND, packet);
    }
  }
  void receive() {
    for (const std::vector<std::uint8_t>& packet : packets) {
      std::vector<std::uint8_t> bytes(packet.size() + read_more);
      transfer(out, read_, ::tlm::TLM_READ_COMMAND, bytes);
      received.push_back(bytes);
    }
    done();
  }

  // No part of a thread's stack, which goes without destructors when the simulation ends early.
  tlm::Payload written_;
  tlm::Payload read_;
};

/// A platform of the adder and its host.
struct Bench {
  Statistics statistics;
  EnergyAccount energy;
  AreaAccount area;
  Technology technology;
  tlm::FaultInjector faults;
  tlm::Watchdog watchdog{"watchdog"};
  tlm::Surroundings surroundings{statistics, energy, area, technology, faults, watchdog, 500_MHz};
  AxiRtl adder;
  Host host{"host"};

  Bench(unsigned throttle, std::uint64_t defect)
      : adder("adder", params(throttle, defect), surroundings) {
    host.in.bind(*adder.targets().at("in"));
    host.out.bind(*adder.targets().at("out"));
    host.done = [this] { watchdog.end_work(); };
    for (const std::size_t bytes : {1u, 4u, 5u, 63u, 64u, 500u}) {
      host.packets.emplace_back(bytes);
      for (std::size_t i = 0; i < bytes; ++i) {
        host.packets.back()[i] = static_cast<std::uint8_t>(bytes * 31 + i);
      }
    }
  }
  static AxiRtlParams params(unsigned throttle, std::uint64_t defect) {
    AxiRtlParams params;
    params.model = "axis_adder";
    params.throttle = throttle;
    params.patience = 300;
    params.inputs = {{"addend", 3}, {"defect", defect}};
    return params;
  }
  void run() {
    watchdog.begin_work();
    watchdog.run();
  }
};

void check_packets(unsigned throttle) {
  Bench bench(throttle, 0);
  bench.run();
  REQUIRE(bench.host.received.size() == bench.host.packets.size());
  for (auto& packet : bench.host.packets) {
    for (std::uint8_t& byte : packet) {
      byte = static_cast<std::uint8_t>(byte + 3);
    }
  }
  CHECK(bench.host.received == bench.host.packets);
  CHECK(bench.host.answers == std::vector<::tlm::tlm_response_status>(12, ::tlm::TLM_OK_RESPONSE));
}

void check_defect(std::uint64_t defect, const std::string& rule) {
  Bench bench(50, defect);
  CHECK_THROWS_WITH(bench.run(), Catch::Contains("breaks the rule " + rule));
}

}  // namespace

TEST_CASE("packets go through a stream module in RTL") {
  if (!without_rtl()) {
    check_packets(0);
  }
}

TEST_CASE("packets go through a stream module in RTL, with back-pressure on both sides") {
  if (!without_rtl()) {
    check_packets(60);
  }
}

TEST_CASE("a packet that ends before its read does is an error") {
  if (without_rtl()) {
    return;
  }
  Bench bench(20, 0);
  bench.host.packets.resize(1);
  bench.host.read_more = 1;
  bench.run();
  CHECK(bench.host.answers == std::vector<::tlm::tlm_response_status>{
                                  ::tlm::TLM_OK_RESPONSE, ::tlm::TLM_GENERIC_ERROR_RESPONSE});
}

TEST_CASE("a stream module that drops its valid is found") {
  if (!without_rtl()) {
    check_defect(1, "valid_dropped");
  }
}

TEST_CASE("a stream module that changes its payload is found") {
  if (!without_rtl()) {
    check_defect(2, "payload_changed");
  }
}

TEST_CASE("a stream module with valid in reset is found") {
  if (!without_rtl()) {
    check_defect(3, "valid_in_reset");
  }
}

TEST_CASE("a stream module that is never ready is found") {
  if (!without_rtl()) {
    check_defect(4, "no_ready");
  }
}

TEST_CASE("a stream module whose words have holes is found") {
  if (!without_rtl()) {
    check_defect(5, "sparse_keep");
  }
}

}  // namespace lacuna::cosim::test
