// SPDX-License-Identifier: Apache-2.0
#include "engine/control_port.h"

#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <tlm_utils/simple_initiator_socket.h>

#include "tlm/at_senders.h"
#include "tlm/payload_pool.h"
#include "unit/engine_modules/bench.h"

namespace lacuna::engine {
using test::Program;

namespace {

constexpr std::uint32_t id = accelerator_id("TEST");

/// A control port, its interrupt line, and a processor that reads and writes registers.
struct Setup : sc_core::sc_module {
  ControlPort port;
  sc_core::sc_signal<bool> line;
  tlm_utils::simple_initiator_socket<Setup, tlm::socket_width> socket;
  tlm::PayloadPool pool;

  explicit Setup(const sc_core::sc_module_name& name = "setup")
      : sc_module(name), port("port", id, 800_MHz), line("line") {
    socket.bind(port.registers);
    socket.register_nb_transport_bw(this, &Setup::backward);
    port.interrupt.bind(line);
  }

  /// Sends the payload; its response.
  ::tlm::tlm_response_status send(tlm::Payload& payload) {
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    sc_core::wait(delay);
    const auto status = payload.get_response_status();
    payload.release();
    return status;
  }
  ::tlm::tlm_response_status write(std::uint64_t address, std::uint32_t value,
                                   std::size_t bytes = 4) {
    tlm::Payload& payload = pool.take(bytes);
    payload.set_write();
    payload.set_address(address);
    for (std::size_t i = 0; i < bytes; ++i) {
      payload.get_data_ptr()[i] = i < 4 ? static_cast<std::uint8_t>(value >> (8 * i)) : 0;
    }
    return send(payload);
  }
  ::tlm::tlm_response_status write(Register where, std::uint32_t value) {
    return write(static_cast<std::uint64_t>(where), value);
  }
  ::tlm::tlm_response_status read_status(std::uint64_t address, std::size_t bytes = 4) {
    return send(pool.read(address, bytes));
  }
  std::uint32_t read(Register where) {
    tlm::Payload& payload = pool.read(static_cast<std::uint64_t>(where), 4);
    payload.acquire();
    REQUIRE(send(payload) == ::tlm::TLM_OK_RESPONSE);
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i) {
      value = value << 8 | payload.get_data_ptr()[i];
    }
    payload.release();
    return value;
  }

  ::tlm::tlm_sync_enum backward(tlm::Payload&, ::tlm::tlm_phase& phase, sc_core::sc_time&) {
    if (phase == ::tlm::BEGIN_RESP) {
      answered.notify();
    }
    return ::tlm::TLM_ACCEPTED;
  }
  sc_core::sc_event answered;
};

void clocks(unsigned n) {
  sc_core::wait(n * sc_core::sc_time(1250, sc_core::SC_PS));
}

}  // namespace

TEST_CASE("a new port is idle and says what it is") {
  Setup setup;
  Program program([&] {
    CHECK(setup.read(Register::id) == 0x54534554);  // "TEST", T in the lowest byte
    CHECK(setup.read(Register::version) == 1);
    CHECK(setup.read(Register::status) == status_idle);
    CHECK(setup.read(Register::interrupt_enable) == 0);
    CHECK(setup.read(Register::error_code) == 0);
    CHECK(sc_core::sc_time_stamp() == sc_core::sc_time(5 * 1250, sc_core::SC_PS));
    CHECK_FALSE(setup.line.read());
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("unknown and misaligned registers answer with an address error") {
  Setup setup;
  Program program([&] {
    std::set<std::uint64_t> known;
    for (const RegisterEntry& entry : register_map) {
      known.insert(static_cast<std::uint64_t>(entry.offset));
    }
    for (std::uint64_t address = 0; address < 0x48; ++address) {
      const bool is_known = known.count(address) != 0;
      const auto status = setup.read_status(address);
      CHECK((status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE) == !is_known);
      if (!is_known) {
        CHECK(setup.write(address, 1) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
      }
    }
    CHECK(setup.read_status(0x34) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(setup.read_status(std::uint64_t{1} << 40) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(setup.write(0x1D, 1) == ::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    CHECK(setup.read(Register::status) == status_idle);  // none of them rang the doorbell
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("only whole words are answered") {
  Setup setup;
  Program program([&] {
    for (const std::size_t bytes :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{8}}) {
      CHECK(setup.read_status(0x00, bytes) == ::tlm::TLM_BURST_ERROR_RESPONSE);
      CHECK(setup.write(0x1C, 1, bytes) == ::tlm::TLM_BURST_ERROR_RESPONSE);
    }
    tlm::Payload& masked = setup.pool.read(0x14, 4);
    setup.pool.add_byte_enables(masked);
    CHECK(setup.send(masked) == ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    tlm::Payload& narrow = setup.pool.read(0x14, 4);
    narrow.set_streaming_width(2);
    CHECK(setup.send(narrow) == ::tlm::TLM_BURST_ERROR_RESPONSE);
    CHECK(setup.read(Register::status) == status_idle);
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("registers are read and written as the map says") {
  Setup setup;
  Program program([&] {
    for (const RegisterEntry& entry : register_map) {
      const auto address = static_cast<std::uint64_t>(entry.offset);
      const bool readable = entry.access != RegisterAccess::write;
      const bool writable = entry.access != RegisterAccess::read;
      CHECK((setup.read_status(address) == ::tlm::TLM_OK_RESPONSE) == readable);
      if (!readable) {
        CHECK(setup.read_status(address) == ::tlm::TLM_COMMAND_ERROR_RESPONSE);
      }
      CHECK(setup.write(address, 0) ==
            (writable ? ::tlm::TLM_OK_RESPONSE : ::tlm::TLM_COMMAND_ERROR_RESPONSE));
    }
    setup.write(Register::job_address_low, 0x89ABCDEF);
    setup.write(Register::job_address_high, 0x1234567);
    CHECK(setup.read(Register::job_address_low) == 0x89ABCDEF);
    CHECK(setup.read(Register::job_address_high) == 0x1234567);
    CHECK(setup.port.job_address() == 0x0123456789ABCDEF);
    setup.write(Register::interrupt_enable, 0xFFFFFFFF);
    CHECK(setup.read(Register::interrupt_enable) == (status_done | status_error));
    CHECK(setup.read(Register::status) == status_idle);
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("a job goes from doorbell to interrupt to idle again") {
  Setup setup;
  sc_core::sc_time rung;
  Program program([&] {
    setup.write(Register::interrupt_enable, status_done);
    setup.write(Register::doorbell, 2);  // bit 0 is not set
    CHECK(setup.read(Register::status) == status_idle);
    setup.write(Register::doorbell, 1);
    rung = sc_core::sc_time_stamp();
    CHECK(setup.read(Register::status) == status_busy);
    CHECK(setup.write(Register::doorbell, 1) == ::tlm::TLM_GENERIC_ERROR_RESPONSE);
    CHECK_FALSE(setup.line.read());
    clocks(10);
    setup.port.finish_job(0x1122334455667788, 0x99AABBCCDDEEFF00);
    clocks(1);
    CHECK(setup.line.read());
    CHECK(setup.read(Register::status) == (status_idle | status_done));
    CHECK(setup.read(Register::job_cycles_low) == 0x55667788);
    CHECK(setup.read(Register::job_cycles_high) == 0x11223344);
    CHECK(setup.read(Register::array_cycles_low) == 0xDDEEFF00);
    CHECK(setup.read(Register::array_cycles_high) == 0x99AABBCC);
    CHECK(setup.read(Register::interrupt_clear) == status_done);
    setup.write(Register::interrupt_clear, status_error);  // not the one that is set
    clocks(1);
    CHECK(setup.line.read());
    setup.write(Register::interrupt_clear, status_done);
    clocks(1);
    CHECK_FALSE(setup.line.read());
    CHECK(setup.read(Register::status) == status_idle);
  });
  sc_core::sc_time heard;
  sc_core::sc_spawn([&] {
    sc_core::wait(setup.port.doorbell());
    heard = sc_core::sc_time_stamp();
  });
  sc_core::sc_start();
  CHECK(program.finished);
  CHECK(heard == rung);
  CHECK(heard > sc_core::SC_ZERO_TIME);
}

TEST_CASE("a failed job shows its error until the next doorbell") {
  Setup setup;
  Program program([&] {
    setup.write(Register::interrupt_enable, status_error);
    setup.write(Register::doorbell, 1);
    setup.port.fail_job(JobFault::memory, 5, 3);
    clocks(1);
    CHECK(setup.line.read());
    CHECK(setup.read(Register::status) == (status_idle | status_done | status_error));
    CHECK(setup.read(Register::error_code) == 2);
    setup.write(Register::doorbell, 1);
    clocks(1);
    CHECK_FALSE(setup.line.read());
    CHECK(setup.read(Register::status) == status_busy);
    CHECK(setup.read(Register::error_code) == 0);
    setup.port.finish_job(1, 1);
    clocks(1);
    CHECK_FALSE(setup.line.read());  // done alone is not enabled
    CHECK(setup.read(Register::status) == (status_idle | status_done));
    setup.write(Register::interrupt_enable, status_done);
    clocks(1);
    CHECK(setup.line.read());  // the line follows what is set and enabled, whichever came first
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("registers answer the non-blocking transport as well") {
  Setup setup;
  Program program([&] {
    tlm::Payload& payload = setup.pool.read(0x00, 4);
    ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    const auto status = setup.socket->nb_transport_fw(payload, phase, delay);
    if (status != ::tlm::TLM_COMPLETED && phase != ::tlm::BEGIN_RESP) {
      sc_core::wait(setup.answered);
    }
    CHECK(payload.get_response_status() == ::tlm::TLM_OK_RESPONSE);
    CHECK(payload.get_data_ptr()[0] == 'T');
    payload.release();
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("debug reads show registers and change nothing") {
  Setup setup;
  Program program([&] {
    tlm::Payload& read = setup.pool.read(0x08, 4);
    CHECK(setup.socket->transport_dbg(read) == 4);
    CHECK(read.get_data_ptr()[0] == status_idle);
    read.release();
    tlm::Payload& ring = setup.pool.write(0x1C, std::array<std::uint8_t, 4>{1, 0, 0, 0});
    CHECK(setup.socket->transport_dbg(ring) == 0);
    ring.release();
    CHECK_FALSE(setup.port.busy());
    CHECK(sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME);
  });
  sc_core::sc_start();
  CHECK(program.finished);
}

TEST_CASE("the manual names every register at its offset") {
  std::ifstream file(LACUNA_SOURCE_DIR "/doc/registers.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const RegisterEntry& entry : register_map) {
    std::ostringstream row;
    row << "| 0x" << std::uppercase << std::hex
        << (static_cast<unsigned>(entry.offset) < 16 ? "0" : "")
        << static_cast<unsigned>(entry.offset) << " | `" << entry.name << "` | "
        << (entry.access == RegisterAccess::read    ? "read |"
            : entry.access == RegisterAccess::write ? "write |"
                                                    : "read, write |");
    INFO(row.str());
    CHECK(text.str().find(row.str()) != std::string::npos);
  }
}

}  // namespace lacuna::engine
