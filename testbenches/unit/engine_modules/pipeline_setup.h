// SPDX-License-Identifier: Apache-2.0
//
// An accelerator with the toy array, the processor that drives it, and jobs for it.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <tlm_utils/simple_initiator_socket.h>

#include "engine/tile_pipeline.h"
#include "tlm/payload_pool.h"
#include "unit/engine_modules/bench.h"
#include "unit/engine_modules/test_memory.h"
#include "unit/engine_modules/toy_accelerator.h"
#include "unit/engine_modules/toy_job.h"

namespace lacuna::test {

/// Rings the doorbell for one job after another and watches the interrupt.
class Processor : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Processor, tlm::socket_width> registers;
  sc_core::sc_in<bool> interrupt;
  unsigned jobs = 1;
  std::function<void(unsigned)> before_job = [](unsigned) {};
  std::function<void(unsigned)> after_job = [](unsigned) {};
  unsigned done = 0;
  std::uint32_t cycles = 0;
  std::uint32_t array_cycles = 0;

  explicit Processor(const sc_core::sc_module_name& name)
      : sc_module(name), registers("registers"), interrupt("interrupt") {
    SC_HAS_PROCESS(Processor);
    SC_THREAD(run);
  }

 private:
  void run() {
    write(engine::Register::interrupt_enable, engine::status_done);
    write(engine::Register::job_address_low, ToyJob::descriptor_address);
    for (unsigned i = 0; i < jobs; ++i) {
      before_job(i);
      write(engine::Register::doorbell, 1);
      while (!interrupt.read()) {
        wait(interrupt.value_changed_event());
      }
      cycles = read(engine::Register::job_cycles_low);
      array_cycles = read(engine::Register::array_cycles_low);
      write(engine::Register::interrupt_clear, engine::status_done);
      wait(interrupt.negedge_event() | interrupt.value_changed_event());
      after_job(i);
      ++done;
    }
  }
  void write(engine::Register which, std::uint32_t value) {
    const std::array<std::uint8_t, 4> bytes{
        static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
        static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
    send(pool_.write(static_cast<std::uint64_t>(which), bytes));
  }
  std::uint32_t read(engine::Register which) {
    tlm::Payload& payload = pool_.read(static_cast<std::uint64_t>(which), 4);
    payload.acquire();
    send(payload);
    const std::uint8_t* data = payload.get_data_ptr();
    const std::uint32_t value =
        data[0] | data[1] << 8 | data[2] << 16 | std::uint32_t{data[3]} << 24;
    payload.release();
    return value;
  }
  void send(tlm::Payload& payload) {
    sc_core::sc_time delay;
    registers->b_transport(payload, delay);
    REQUIRE(payload.is_response_ok());
    payload.release();
    wait(delay);
  }
  tlm::PayloadPool pool_;
};

inline TestMemory::Behaviour latency_of(unsigned from, unsigned to) {
  TestMemory::Behaviour behaviour;
  behaviour.size = ToyJob::memory_bytes;
  behaviour.min_latency = sc_core::sc_time(from, sc_core::SC_NS);
  behaviour.max_latency = sc_core::sc_time(to, sc_core::SC_NS);
  return behaviour;
}

/// An accelerator, a processor and a memory.
struct Setup : Bench {
  TestMemory memory;
  ToyAccelerator accelerator;
  Processor processor{"processor"};
  sc_core::sc_signal<bool> line{"line"};

  explicit Setup(const engine::TilePipelineParams& params = toy_params(), bool clocked = false,
                 const TestMemory::Behaviour& behaviour = latency_of(20, 120))
      : memory("memory", behaviour), accelerator("accelerator", params, clocked, surroundings) {
    accelerator.pipeline.memory().bind(memory.target);
    processor.registers.bind(accelerator.pipeline.registers());
    accelerator.pipeline.interrupt().bind(line);
    processor.interrupt.bind(line);
    watchdog.watch(accelerator);
  }

  std::vector<std::uint8_t> outputs(const ToyJob& job) const {
    const auto first = memory.bytes.begin() + ToyJob::outputs_address;
    return {first, first + static_cast<std::ptrdiff_t>(job.output_bytes())};
  }
  std::uint64_t value(const std::string& path) const {
    return statistics.value("accelerator." + path);
  }
};

/// A 3x3 convolution with stride, padding and odd sizes in several tiles of every kind.
inline ToyJob convolution() {
  ToyJob toy;
  toy.job.shape.batch = 2;
  toy.job.shape.in_channels = 21;
  toy.job.shape.in_height = 11;
  toy.job.shape.in_width = 9;
  toy.job.shape.out_channels = 43;
  toy.job.shape.kernel_height = toy.job.shape.kernel_width = 3;
  toy.job.shape.stride_height = 2;
  toy.job.shape.pad_top = toy.job.shape.pad_left = toy.job.shape.pad_bottom =
      toy.job.shape.pad_right = 1;
  toy.job.mapping.array_rows = 8;
  toy.job.mapping.array_columns = 4;
  toy.job.mapping.blocks_per_tile = 2;
  toy.job.mapping.tile_height = 4;
  toy.job.mapping.tile_width = 5;
  toy.job.mapping.groups_per_chunk = 2;
  return toy;
}

inline ToyJob gemm() {
  ToyJob toy;
  toy.job.shape.in_width = 37;
  toy.job.shape.in_channels = 75;
  toy.job.shape.out_channels = 26;
  toy.job.mapping.array_rows = 8;
  toy.job.mapping.array_columns = 4;
  toy.job.mapping.tile_width = 10;
  toy.job.mapping.layout = engine::ActivationLayout::matrix;
  return toy;
}

}  // namespace lacuna::test
