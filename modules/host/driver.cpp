// SPDX-License-Identifier: Apache-2.0
#include "host/driver.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::host {

using engine::Register;

namespace {

constexpr std::uint32_t job_interrupts = engine::status_done | engine::status_error;

std::uint64_t offset_of(Register which) {
  return static_cast<std::uint64_t>(which);
}

}  // namespace

Driver::Driver(const sc_core::sc_module_name& name, const HostParams& params,
               tlm::Surroundings& surroundings)
    : Component(name),
      memory("memory"),
      interrupt("interrupt"),
      params_(params),
      requester_(this->name()),
      watchdog_(surroundings.watchdog),
      jobs_(surroundings.statistics.add(requester_ + ".jobs", Measure::count, "jobs driven")),
      submitted_("submitted") {
  SC_HAS_PROCESS(Driver);
  offer_initiator("memory", memory);
  offer_input("interrupt", interrupt);
  SC_THREAD(run);
}

void Driver::drive(const std::string& accelerator, std::uint64_t registers_base) {
  accelerator_ = accelerator;
  registers_base_ = registers_base;
}

void Driver::submit(const engine::JobDescriptor& job, std::uint64_t address) {
  queue_.push_back({job, address});
  watchdog_.begin_work();
  submitted_.notify(sc_core::SC_ZERO_TIME);
}

std::optional<JobReport> Driver::take_report() {
  if (reports_.empty()) {
    return std::nullopt;
  }
  const JobReport report = reports_.front();
  reports_.pop_front();
  return report;
}

void Driver::run() {
  try {
    while (true) {
      state_ = State::idle;
      while (queue_.empty()) {
        wait(submitted_);
      }
      const Job job = queue_.front();
      queue_.pop_front();
      const std::size_t number = jobs_begun_++;
      if (before_job) {
        before_job(number);
      }
      const JobReport report = run_job(job);
      reports_.push_back(report);
      if (after_job) {
        after_job(number, report);
      }
      ++jobs_;
      watchdog_.end_work();
    }
  } catch (const Error& error) {
    watchdog_.fail(error);
  }
}

JobReport Driver::run_job(const Job& job) {
  const Time start = tlm::now();
  state_ = State::dispatches;
  wait(tlm::to_sc_time(params_.dispatch_time));
  write_memory(job.address, engine::serialize(job.descriptor));
  state_ = State::rings;
  ring(job);
  state_ = State::waits_for_interrupt;
  wait_for_interrupt();
  state_ = State::reads_registers;
  JobReport report = read_report();
  clear_interrupt();
  report.start = start;
  report.end = tlm::now();
  return report;
}

void Driver::ring(const Job& job) {
  write_register(Register::interrupt_enable, job_interrupts);
  write_register(Register::job_address_low, static_cast<std::uint32_t>(job.address));
  write_register(Register::job_address_high, static_cast<std::uint32_t>(job.address >> 32));
  write_register(Register::doorbell, 1);
}

void Driver::wait_for_interrupt() {
  while (!interrupt.read()) {
    wait(interrupt.value_changed_event());
  }
}

JobReport Driver::read_report() {
  JobReport report;
  report.status = read_register(Register::status);
  report.fault = static_cast<engine::JobFault>(read_register(Register::error_code));
  report.job_cycles = read_register_pair(Register::job_cycles_low, Register::job_cycles_high);
  report.array_cycles = read_register_pair(Register::array_cycles_low, Register::array_cycles_high);
  return report;
}

void Driver::clear_interrupt() {
  write_register(Register::interrupt_clear, job_interrupts);
  while (interrupt.read()) {
    wait(interrupt.value_changed_event());
  }
}

void Driver::write_memory(std::uint64_t address, Span<const std::uint8_t> bytes) {
  transact(pool_.write(address, bytes, &requester_));
}

void Driver::write_register(Register which, std::uint32_t value) {
  const std::array<std::uint8_t, 4> bytes{
      static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
      static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
  transact(pool_.write(registers_base_ + offset_of(which), bytes, &requester_));
}

std::uint32_t Driver::read_register(Register which) {
  tlm::Payload& payload =
      pool_.read(registers_base_ + offset_of(which), engine::register_bytes, &requester_);
  payload.acquire();
  transact(payload);
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < engine::register_bytes; ++i) {
    value |= std::uint32_t{payload.get_data_ptr()[i]} << (8 * i);
  }
  payload.release();
  return value;
}

std::uint64_t Driver::read_register_pair(Register low, Register high) {
  const std::uint64_t low_half = read_register(low);
  return low_half | std::uint64_t{read_register(high)} << 32;
}

void Driver::transact(tlm::Payload& payload) {
  // Interconnect may rewrite the address on its way.
  const std::uint64_t address = payload.get_address();
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  memory->b_transport(payload, delay);
  wait(delay);
  const ::tlm::tlm_response_status status = payload.get_response_status();
  if (status != ::tlm::TLM_OK_RESPONSE) {
    throw model_error(fmt::format(
        "{}: {} {} bytes at {:#x} for {}: {}", requester_,
        payload.is_read() ? "reading" : "writing", payload.get_data_length(), address, accelerator_,
        status == ::tlm::TLM_ADDRESS_ERROR_RESPONSE ? "unmapped address"
                                                    : payload.get_response_string()));
  }
  watchdog_.progress();
  payload.release();
}

void Driver::load(std::uint64_t address, Span<const std::uint8_t> bytes) {
  if (!started_) {
    early_loads_.push_back({address, {bytes.begin(), bytes.end()}});
    return;
  }
  tlm::Payload payload;
  payload.set_write();
  payload.set_address(address);
  payload.set_data_ptr(const_cast<std::uint8_t*>(bytes.data()));  // a write only reads them
  payload.set_data_length(static_cast<unsigned>(bytes.size()));
  debug(payload);
}

void Driver::inspect(std::uint64_t address, Span<std::uint8_t> bytes) {
  tlm::Payload payload;
  payload.set_read();
  payload.set_address(address);
  payload.set_data_ptr(bytes.data());
  payload.set_data_length(static_cast<unsigned>(bytes.size()));
  debug(payload);
}

void Driver::debug(tlm::Payload& payload) {
  const std::uint64_t address = payload.get_address();
  const unsigned bytes = payload.get_data_length();
  payload.set_streaming_width(bytes);
  if (bytes != 0 && memory->transport_dbg(payload) != bytes) {
    throw model_error(
        fmt::format("{}: {} bytes at {:#x} are not all in memory", requester_, bytes, address));
  }
}

void Driver::start_of_simulation() {
  started_ = true;
  for (const EarlyLoad& early : early_loads_) {
    load(early.address, early.bytes);
  }
  early_loads_.clear();
}

std::string Driver::waiting_for() const {
  switch (state_) {
    case State::idle:
      return {};
    case State::dispatches:
      return fmt::format("memory to take the descriptor of job {}", jobs_begun_ - 1);
    case State::rings:
      return fmt::format("{} to take job {}", accelerator_, jobs_begun_ - 1);
    case State::waits_for_interrupt:
      return fmt::format("{} to interrupt at the end of job {}", accelerator_, jobs_begun_ - 1);
    case State::reads_registers:
      return fmt::format("{} to answer for its registers", accelerator_);
  }
  return {};
}

tlm::ModuleType module_type() {
  tlm::ModuleType type = tlm::module_type<HostParams, Driver>(
      "host", "the processor that drives one accelerator: descriptors, doorbell, interrupt");
  type.ports = {
      {"memory", "initiator", "to memory and to the accelerator's registers"},
      {"interrupt", "input", "of the accelerator"},
  };
  type.counters = {{"jobs", Measure::count, "jobs driven"}};
  return type;
}

}  // namespace lacuna::host
