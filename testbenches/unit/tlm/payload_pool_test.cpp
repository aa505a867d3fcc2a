// SPDX-License-Identifier: Apache-2.0
#include "tlm/payload_pool.h"

#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tlm/traffic_counters.h"

namespace lacuna {

TEST_CASE("a released payload is used again") {
  tlm::PayloadPool pool;
  tlm::Payload& first = pool.take(100);
  CHECK(pool.in_use() == 1);
  first.release();
  CHECK(pool.in_use() == 0);
  tlm::Payload& second = pool.take(128);  // the same size class
  CHECK(&second == &first);
  CHECK(second.get_data_length() == 128);
  tlm::Payload& third = pool.take(129);  // another
  CHECK(&third != &first);
  CHECK(pool.allocated() == 2);
  second.release();
  third.release();
}

TEST_CASE("a payload comes back as new") {
  tlm::PayloadPool pool;
  const std::string name = "dma";
  tlm::Payload& payload = pool.read(0x1000, 64, &name);
  CHECK(payload.is_read());
  CHECK(payload.get_address() == 0x1000);
  CHECK(payload.get_streaming_width() == 64);
  CHECK(tlm::requester_of(payload) == "dma");
  tlm::info_of(payload)->priority = 5;
  tlm::info_of(payload)->tag = 9;
  tlm::info_of(payload)->first_beat = sc_core::sc_time(1, sc_core::SC_NS);
  pool.add_byte_enables(payload)[3] = TLM_BYTE_ENABLED;
  CHECK(tlm::enabled_bytes(payload) == 1);
  payload.set_response_status(::tlm::TLM_OK_RESPONSE);
  payload.release();

  tlm::Payload& again = pool.take(64);
  REQUIRE(&again == &payload);
  CHECK(again.get_byte_enable_ptr() == nullptr);
  CHECK(again.get_response_status() == ::tlm::TLM_INCOMPLETE_RESPONSE);
  CHECK(tlm::requester_of(again) == "other");
  CHECK(tlm::info_of(again)->priority == 0);
  CHECK(tlm::info_of(again)->tag == 0);
  CHECK(tlm::info_of(again)->first_beat == sc_core::SC_ZERO_TIME);
  again.release();
}

TEST_CASE("buffers of payloads in use never overlap and have room for their data") {
  tlm::PayloadPool pool;
  std::mt19937 random(1);
  std::vector<tlm::Payload*> held;
  for (int i = 0; i < 3000; ++i) {
    if (held.size() < 20 && random() % 2 == 0) {
      tlm::Payload& payload = pool.take(1 + random() % (i % 7 == 0 ? 65536 : 500));
      std::fill_n(payload.get_data_ptr(), payload.get_data_length(),
                  static_cast<std::uint8_t>(held.size()));
      tlm::info_of(payload)->tag = held.size();
      held.push_back(&payload);
    } else if (!held.empty()) {
      const std::size_t which = random() % held.size();
      tlm::Payload& payload = *held[which];
      const auto data = tlm::data_of(payload);
      const auto expected = static_cast<std::uint8_t>(tlm::info_of(payload)->tag);
      REQUIRE(std::all_of(data.begin(), data.end(), [&](auto byte) { return byte == expected; }));
      payload.release();
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
  for (tlm::Payload* payload : held) {
    payload->release();
  }
  CHECK(pool.in_use() == 0);
  CHECK(pool.allocated() < 200);
}

TEST_CASE("bursts are from one byte to 64 KiB") {
  tlm::PayloadPool pool;
  pool.take(1).release();
  pool.take(65536).release();
  CHECK_THROWS_AS(pool.take(0), Error);
  CHECK_THROWS_AS(pool.take(65537), Error);
}

TEST_CASE("a second reference keeps a payload from the pool") {
  tlm::PayloadPool pool;
  tlm::Payload& payload = pool.take(8);
  payload.acquire();
  payload.release();
  CHECK(pool.in_use() == 1);
  payload.release();
  CHECK(pool.in_use() == 0);
}

TEST_CASE("enabled bytes are counted where enables repeat") {
  tlm::PayloadPool pool;
  tlm::Payload& payload = pool.take(10);
  CHECK(tlm::enabled_bytes(payload) == 10);
  std::uint8_t enables[3] = {0xff, 0, 0xff};
  payload.set_byte_enable_ptr(enables);
  payload.set_byte_enable_length(3);
  CHECK(tlm::enabled_bytes(payload) == 7);  // x.xx.xx.xx
  payload.release();
}

TEST_CASE("arbitration among requests of one instant is by priority, then name") {
  tlm::PayloadPool pool;
  const std::string alpha = "alpha";
  const std::string beta = "beta";
  tlm::Payload& a = pool.take(1, &alpha);
  tlm::Payload& b = pool.take(1, &beta);
  CHECK(tlm::precedes(a, b));
  CHECK_FALSE(tlm::precedes(b, a));
  tlm::info_of(a)->priority = 1;
  CHECK(tlm::precedes(b, a));
  CHECK_FALSE(tlm::precedes(a, a));
  a.release();
  b.release();
}

}  // namespace lacuna
