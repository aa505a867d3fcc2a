// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "core/parameters.h"
#include "core/span.h"
#include "core/units.h"
#include "engine/job.h"
#include "engine/register_map.h"
#include "tlm/component.h"
#include "tlm/module_type.h"
#include "tlm/payload_pool.h"
#include "tlm/surroundings.h"

namespace lacuna::host {

/// Parameters of module type `host`.
struct HostParams {
  Time dispatch_time = 0_ns;

  template <class Description>
  static void describe(Description& d) {
    d("dispatch_time", &HostParams::dispatch_time,
      "what the driver's own code takes before it writes a job's descriptor");
  }
};

/// What the registers said at the end of a job.
struct JobReport {
  std::uint32_t status = 0;  ///< STATUS
  engine::JobFault fault = engine::JobFault::none;
  std::uint64_t job_cycles = 0;  ///< accelerator clocks, doorbell to interrupt
  std::uint64_t array_cycles = 0;
  Time start;  ///< the driver took the job up
  Time end;    ///< it had read the registers and cleared the interrupt
};

/// The processor that drives one accelerator: writes job descriptors into memory, rings the doorbell, waits for the
/// interrupt and reads the registers. It knows job descriptors and the register map, no accelerator.
///
/// Jobs are submitted one or more at a time, before the simulation or between two runs of it, and are done in order.
/// When the queue is empty nothing is left to happen, so that the simulation returns.
class Driver final : public tlm::Component {
 public:
  Driver(const sc_core::sc_module_name& name, const HostParams& params,
         tlm::Surroundings& surroundings);

  tlm_utils::simple_initiator_socket<Driver, tlm::socket_width> memory;
  sc_core::sc_in<bool> interrupt;

  /// Says where the accelerator's registers are. Once, before the simulation.
  void drive(const std::string& accelerator, std::uint64_t registers_base);

  /// Writes bytes by debug transport: no time passes. Before the simulation has started they are kept until it does.
  /// @throws Error (stuck) when nobody answers at the address
  void load(std::uint64_t address, Span<const std::uint8_t> bytes);
  /// Reads bytes by debug transport, once the simulation has started. @throws Error (stuck)
  void inspect(std::uint64_t address, Span<std::uint8_t> bytes);

  /// Called in the simulation at the start and at the end of every job, with its number from 0.
  std::function<void(std::size_t)> before_job;
  std::function<void(std::size_t, const JobReport&)> after_job;

  /// Queues a job; its descriptor goes to `address` when its turn comes.
  void submit(const engine::JobDescriptor& job, std::uint64_t address);
  std::size_t jobs_waiting() const { return queue_.size(); }
  /// The oldest report not yet taken, or nothing.
  std::optional<JobReport> take_report();

  std::string waiting_for() const override;

 private:
  struct Job {
    engine::JobDescriptor descriptor;
    std::uint64_t address;
  };
  enum class State { idle, dispatches, rings, waits_for_interrupt, reads_registers };

  void run();
  JobReport run_job(const Job& job);
  void ring(const Job& job);
  void wait_for_interrupt();
  JobReport read_report();
  void clear_interrupt();

  void write_memory(std::uint64_t address, Span<const std::uint8_t> bytes);
  std::uint32_t read_register(engine::Register which);
  std::uint64_t read_register_pair(engine::Register low, engine::Register high);
  void write_register(engine::Register which, std::uint32_t value);
  void transact(tlm::Payload& payload);
  void debug(tlm::Payload& payload);
  void start_of_simulation() override;

  const HostParams params_;
  const std::string requester_;
  tlm::Watchdog& watchdog_;
  tlm::PayloadPool pool_;
  Counter& jobs_;

  std::string accelerator_;
  std::uint64_t registers_base_ = 0;
  std::deque<Job> queue_;
  std::deque<JobReport> reports_;
  std::size_t jobs_begun_ = 0;
  State state_ = State::idle;
  sc_core::sc_event submitted_;

  struct EarlyLoad {
    std::uint64_t address;
    std::vector<std::uint8_t> bytes;
  };
  bool started_ = false;
  std::vector<EarlyLoad> early_loads_;
};

/// Module type `host`.
tlm::ModuleType module_type();

}  // namespace lacuna::host
