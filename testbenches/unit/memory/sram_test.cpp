// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include <catch2/catch.hpp>
#include <tlm_utils/simple_initiator_socket.h>

#include "memory/sram_buffer.h"
#include "memory/sram_technology.h"
#include "tlm/payload_pool.h"
#include "unit/tlm/bench.h"

namespace lacuna {

namespace {

memory::SramParams params_of(Bytes capacity, std::uint32_t banks, std::uint32_t word_bits) {
  memory::SramParams params;
  params.capacity = capacity;
  params.banks = banks;
  params.word_bits = word_bits;
  return params;
}

std::vector<std::uint8_t> counting(std::size_t bytes) {
  std::vector<std::uint8_t> result(bytes);
  std::iota(result.begin(), result.end(), std::uint8_t{0});
  return result;
}

std::string problems(const std::string& yaml) {
  Diagnostics diagnostics;
  read_parameters<memory::SramParams>(parse_yaml(yaml, "buffer.yaml"), "buffer", diagnostics);
  return diagnostics.empty() ? "" : diagnostics.items()[0].text();
}

}  // namespace

TEST_CASE("a buffer gives back what was written and counts the words touched") {
  test::Bench bench;
  memory::SramBuffer buffer("buffer", params_of(16_KiB, 4, 128), bench.surroundings);
  const auto data = counting(100);
  buffer.write(8, data);  // bytes 8 .. 107: words 0 to 6
  CHECK(bench.value("buffer.write_words") == 7);
  CHECK(bench.value("buffer.write_bytes") == 100);
  const auto read = buffer.read(16, 32);  // exactly two words
  CHECK(std::vector<std::uint8_t>(read.begin(), read.end()) ==
        std::vector<std::uint8_t>(data.begin() + 8, data.begin() + 40));
  CHECK(bench.value("buffer.read_words") == 2);
  buffer.read(15, 2);
  CHECK(bench.value("buffer.read_words") == 4);
  buffer.read(0, 0);
  CHECK(bench.value("buffer.read_words") == 4);
  buffer.count_reads(10);
  CHECK(bench.value("buffer.read_words") == 14);
  buffer.peek(0, 1000);
  buffer.poke(0, data);
  CHECK(bench.value("buffer.read_words") == 14);
  CHECK(bench.value("buffer.write_words") == 7);
  CHECK(bench.value("buffer.read_bytes") == 34);
}

TEST_CASE("unwritten bytes are not zero and accesses outside are a mistake of the model") {
  test::Bench bench;
  memory::SramBuffer buffer("buffer", params_of(16_KiB, 4, 128), bench.surroundings);
  const auto bytes = buffer.peek(0, 16384);
  CHECK(std::count(bytes.begin(), bytes.end(), 0) < 200);
  CHECK_NOTHROW(buffer.read(16384, 0));
  CHECK_THROWS_AS(buffer.read(16384, 1), Error);
  CHECK_THROWS_AS(buffer.read(~std::uint64_t{0}, 2), Error);
  CHECK_THROWS_AS(buffer.write(16383, counting(2)), Error);
}

TEST_CASE("words cost the bits of one bank, leakage and area are those of all banks") {
  test::Bench bench;  // one macro of 4 KiB: 0.05 pJ a bit read, 0.07 written, 2 mW, 100 um2
  memory::SramBuffer buffer("buffer", params_of(16_KiB, 4, 128), bench.surroundings);
  buffer.write(0, counting(64));
  buffer.read(0, 16);
  const EnergySummary summary = bench.energy.summary({}, Time(1'000'000));
  CHECK(summary.paper_pj.at("sram") == Approx(4 * 128 * 0.07 + 128 * 0.05));
  CHECK(summary.paper_pj.count("leakage") == 0);
  CHECK(summary.full_pj.at("leakage") == Approx(4 * 2 * 1000.0));  // 8 mW for 1 us
  CHECK(bench.area.total().value() == Approx(400));
}

TEST_CASE("macros between two entries are interpolated on a double logarithmic scale") {
  const Technology technology = test::Bench::read(
      "node: 28 nm\n"
      "entries:\n"
      "  sram.1KiB: {energy: 0.01 pJ, power: 1 mW, area: 100 um2, source: test}\n"
      "  sram.4KiB: {energy: 0.04 pJ, power: 9 mW, area: 100 um2, source: test}\n"
      "  sram.4KiB.write: {energy: 0.16 pJ, source: test}\n"
      "  sram.special: {energy: 5 pJ, source: test}\n");
  const memory::SramMacro middle = memory::sram_macro(technology, 2_KiB);
  CHECK(middle.read_bit.value() == Approx(0.02));
  CHECK(middle.write_bit.value() == Approx(0.04));  // from 0.01 to 0.16
  CHECK(middle.leakage.value() == Approx(3));
  CHECK(middle.area.value() == Approx(100));
  CHECK(memory::sram_macro(technology, 4_KiB).write_bit.value() == Approx(0.16));
  CHECK(memory::sram_macro(technology, "sram.special").write_bit.value() == Approx(5));
  CHECK_THROWS_WITH(memory::sram_macro(technology, Bytes(1023)),
                    Catch::Contains("go from 1 KiB to 4 KiB"));
  CHECK_THROWS_AS(memory::sram_macro(technology, 8_KiB), Error);
  CHECK_THROWS_AS(memory::sram_macro(technology, "sram.specal"), Error);
}

TEST_CASE("impossible buffers are refused") {
  CHECK(problems("{capacity: 256 KiB, banks: 32, word_bits: 128}").empty());
  CHECK(problems("{capacity: 1000 B, banks: 32, word_bits: 128}").find("whole words") !=
        std::string::npos);
  CHECK(problems("{capacity: 0 B}").find("capacity") != std::string::npos);
  CHECK(problems("{word_bits: 100}").find("word_bits") != std::string::npos);
}

TEST_CASE("a fault in a buffer flips a bit of the first write") {
  test::Bench bench;
  bench.faults.request("buffer:5:0");
  memory::SramBuffer buffer("buffer", params_of(16_KiB, 4, 128), bench.surroundings);
  buffer.write(0, std::vector<std::uint8_t>(8, 0));
  CHECK(buffer.peek(5, 1)[0] == 1);
  CHECK(bench.faults.faults()[0].fired);
}

TEST_CASE("the buffer's socket takes no time and counts like its functions") {
  test::Bench bench;
  memory::SramBuffer buffer("buffer", params_of(16_KiB, 4, 128), bench.surroundings);
  struct Initiator : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Initiator, tlm::socket_width> memory;
    explicit Initiator(const sc_core::sc_module_name& name) : sc_module(name), memory("memory") {}
  };
  Initiator initiator("initiator");
  initiator.memory.bind(buffer.memory);
  sc_core::sc_start();
  tlm::PayloadPool pool;
  tlm::Payload& store = pool.write(32, counting(16));
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  initiator.memory->b_transport(store, delay);
  CHECK(store.is_response_ok());
  CHECK(delay == sc_core::SC_ZERO_TIME);
  CHECK(bench.value("buffer.write_words") == 1);
  tlm::Payload& outside = pool.read(16380, 8);
  initiator.memory->b_transport(outside, delay);
  CHECK(outside.get_response_status() == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
  tlm::Payload& debug = pool.read(32, 16);
  CHECK(initiator.memory->transport_dbg(debug) == 16);
  CHECK(debug.get_data_ptr()[15] == 15);
  CHECK(bench.value("buffer.read_words") == 0);
  ::tlm::tlm_dmi dmi;
  REQUIRE(initiator.memory->get_direct_mem_ptr(debug, dmi));
  CHECK(dmi.get_dmi_ptr()[40] == 8);
  CHECK(dmi.get_end_address() == 16383);
  for (tlm::Payload* payload : {&store, &outside, &debug}) {
    payload->release();
  }
}

}  // namespace lacuna
