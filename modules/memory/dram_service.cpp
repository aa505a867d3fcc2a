// SPDX-License-Identifier: Apache-2.0
// What the memory does with accepted payloads: their bytes, their time, their accounts; and the
// ways in that are not timed.
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "memory/dram.h"
#include "tlm/time.h"
#include "tlm/traffic_counters.h"
#include "tlm/watchdog.h"

namespace lacuna::memory {

Time Dram::edge_after(Time time) const {
  // The first clock edge after: every arrival of the moment is known by then, and the first command
  // may stand there.
  return controller_ == nullptr ? time : Time((time.value() / clock_ps_ + 1) * clock_ps_);
}

void Dram::show(Flight& flight, Time after) const {
  flight.clock = after.value() / clock_ps_ + 1;
  flight.visible = controller_ == nullptr ? after : time_of(flight.clock);
}

std::uint32_t Dram::new_flight() {
  if (free_flights_.empty()) {
    flights_.emplace_back();
    return static_cast<std::uint32_t>(flights_.size() - 1);
  }
  const std::uint32_t index = free_flights_.back();
  free_flights_.pop_back();
  return index;
}

void Dram::begin_trace(const std::string& path) {
  CommandTraceHeader header;
  header.clock_ps = clock_ps_;
  header.channels = params_.channels;
  header.ranks = params_.ranks;
  header.device = device_.name;
  trace_ = std::make_unique<CommandTraceWriter>(path, header);
  logs_.resize(params_.channels);
  for (std::uint32_t i = 0; i < params_.channels; ++i) {
    controller_->channel(i).record(&logs_[i]);
  }
}

void Dram::write_trace() {
  for (std::uint32_t i = 0; i < logs_.size(); ++i) {
    TracedCommand traced;
    traced.channel = i;
    for (const IssuedCommand& command : logs_[i]) {
      traced.command = command;
      traced.payload = command.payload;
      traced.arrival = command.payload == 0 ? 0 : command.arrival - frontend_clocks_;
      trace_->add(traced);
    }
    logs_[i].clear();
  }
}

/// By the requester's name, or that of a module that it belongs to: "bitvert" for "bitvert.dma".
std::int32_t Dram::priority_of_requester(const std::string& requester) const {
  const auto& priorities = params_.scheduler.priority;
  for (std::size_t end = requester.size(); end != std::string::npos;) {
    const auto known = priorities.find(requester.substr(0, end));
    if (known != priorities.end()) {
      return known->second;
    }
    end = end == 0 ? std::string::npos : requester.rfind('.', end - 1);
  }
  return 0;
}

void Dram::check_priorities() const {
  for (const auto& [requester, place] : priority_places_) {
    if (dynamic_cast<sc_core::sc_module*>(sc_core::sc_find_object(requester.c_str())) != nullptr) {
      continue;
    }
    std::vector<std::string> modules;
    for (const sc_core::sc_object* object : sc_core::sc_get_top_level_objects()) {
      if (dynamic_cast<const sc_core::sc_module*>(object) != nullptr) {
        modules.emplace_back(object->name());
      }
    }
    watchdog_.fail(input_error(place, fmt::format("{}.scheduler.priority.{}", name(), requester),
                               fmt::format("no module is called {}{}", in_quotes(requester),
                                           suggestion(requester, modules))));
    return;
  }
}

void Dram::describe(Flight& flight, tlm::Payload& payload, int socket, Time arrival) {
  flight = {};
  flight.payload = &payload;
  flight.requester = &tlm::requester_of(payload);
  flight.priority = tlm::priority_of(payload);
  if (!params_.scheduler.priority.empty()) {
    flight.priority += priority_of_requester(*flight.requester);
  }
  flight.socket = socket;
  flight.arrival = arrival;
  show(flight, arrival);
  flight.order = requests_++;
  flight.bytes = payload.get_data_length();
  flight.useful = tlm::enabled_bytes(payload);
  flight.write = payload.is_write();
  payload.set_response_status(check(payload, socket));
  flight.instruction = payload.is_response_ok() && socket >= 0 &&
                       payload.get_command() != ::tlm::TLM_IGNORE_COMMAND &&
                       is_instruction_address(payload.get_address());
  flight.posted = posts_writes_ && socket >= 0 && flight.write && !flight.instruction &&
                  payload.is_response_ok();
  if (controller_ != nullptr) {
    flight.start = controller_->start_of(payload.get_address());
  }
}

DramTransfer Dram::transfer_of(const Flight& flight) const {
  DramTransfer transfer;
  transfer.address = flight.payload->get_address();
  transfer.bytes = flight.bytes;
  transfer.write = flight.write;
  transfer.priority = flight.priority;
  transfer.visible = flight.clock + frontend_clocks_;
  transfer.inside = flight.socket < 0;
  return transfer;
}

void Dram::sync(Time now) {
  seen_.clear();
  for (std::size_t i = 0; i < arrivals_.size();) {
    if (flights_[arrivals_[i]].visible <= now) {
      seen_.push_back(arrivals_[i]);
      arrivals_[i] = arrivals_.back();
      arrivals_.pop_back();
    } else {
      ++i;
    }
  }
  sort(seen_);
  for (const std::uint32_t index : seen_) {
    if (controller_ != nullptr && controller_->idle()) {
      controller_->advance(flights_[index].clock);
    }
    serve(index);
  }
  const Clock clock = now.value() / clock_ps_;
  if (controller_ != nullptr && (clock > synced_ || !seen_.empty())) {
    synced_ = clock;
    controller_->advance(clock + 1);
    for (const TransferDone& done : controller_->done()) {
      finish(done);
    }
    controller_->done().clear();
    take_instructed();
    reap_slots(now);
    if (trace_) {
      write_trace();
    }
  }
}

void Dram::serve(std::uint32_t index) {
  Flight& flight = flights_[index];
  flight.order = served_++;
  if (flight.payload == nullptr) {
    return;
  }
  if (flight.instruction) {
    add_instruction(index);
    return;
  }
  tlm::Payload& payload = *flight.payload;
  const bool data = move_bytes(payload);
  accounts_.accepted(payload, flight.useful);
  if (data && controller_ != nullptr) {
    DramTransfer transfer = transfer_of(flight);
    transfer.id = index;
    transfer.payload = served_;
    controller_->add(transfer, flight.start);
    if (flight.posted) {
      accounts_.answered(flight.visible - flight.arrival);
      complete(flight, Time(0), flight.visible);
    } else {
      ++responders_;
    }
    return;
  }
  ServiceTimes times{flight.visible, flight.visible};
  if (data) {
    times = flat_.serve(flight.bytes, flight.arrival);
    account(flight, flight.bytes, times.end);
    accounts_.answered(times.end - flight.arrival);
  }
  complete(flight, times.first_data, times.end);
  free_flights_.push_back(index);
}

void Dram::complete(const Flight& flight, Time first_data, Time time) {
  if (tlm::PayloadInfo* info = tlm::info_of(*flight.payload)) {
    info->first_beat = tlm::to_sc_time(first_data);
  }
  if (time < tlm::now()) {
    throw model_error("a response is due in the past");
  }
  completions_.insert_in_order({time, flight.order, flight.payload, flight.socket}, std::less<>());
}

void Dram::account(const Flight& flight, std::uint64_t bus_bytes, Time end) {
  accounts_.finished({flight.requester, flight.write, flight.bytes, flight.useful, bus_bytes,
                      flight.arrival, end});
}

void Dram::finish(const TransferDone& done) {
  const Flight& flight = flights_[done.id];
  const Time end = time_of(done.end_of_data);
  account(flight, done.bus_bytes, end);
  if (flight.posted) {
    slots_.push(end);
  } else {
    const Time response = end + params_.backend_latency;
    accounts_.answered(response - flight.arrival);
    if (flight.payload != nullptr) {
      --responders_;
      complete(flight, time_of(done.first_data) + params_.backend_latency, response);
    }
  }
  free_flights_.push_back(done.id);
}

::tlm::tlm_response_status Dram::check(tlm::Payload& payload, int socket) const {
  if (payload.get_command() == ::tlm::TLM_IGNORE_COMMAND) {
    return ::tlm::TLM_OK_RESPONSE;
  }
  const std::uint64_t bytes = payload.get_data_length();
  if (socket >= 0 && bytes != 0 && is_instruction_address(payload.get_address())) {
    return check_instruction(payload);
  }
  if (!storage_.contains(payload.get_address(), bytes)) {
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (socket < 0 && bytes != 0 && !rank_ports_[rank_of_socket(socket)]->holds(payload)) {
    if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
      info->refusal = "not all of it lies in the rank of that port";
    }
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (socket >= 0 && bytes != 0 && owned_ranks_ != 0 && !params_.concurrent_access &&
      meets_owned(payload)) {
    if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
      info->refusal = "the rank is its logic's; concurrent_access would allow it";
    }
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  return bytes == 0 || payload.get_streaming_width() < bytes ? ::tlm::TLM_BURST_ERROR_RESPONSE
                                                             : ::tlm::TLM_OK_RESPONSE;
}

bool Dram::move_bytes(tlm::Payload& payload) {
  if (payload.is_response_error() || payload.get_command() == ::tlm::TLM_IGNORE_COMMAND) {
    return false;
  }
  const std::uint64_t address = payload.get_address();
  const Span<std::uint8_t> data(payload.get_data_ptr(), payload.get_data_length());
  const Span<const std::uint8_t> enables(payload.get_byte_enable_ptr(),
                                         payload.get_byte_enable_length());
  const bool all = enables.data() == nullptr || enables.empty();
  if (payload.is_read()) {
    all ? storage_.read(address, data) : storage_.read(address, data, enables);
  } else {
    all ? storage_.write(address, data) : storage_.write(address, data, enables);
  }
  payload.set_dmi_allowed(true);
  return true;
}

void Dram::b_transport(int socket, tlm::Payload& payload, sc_core::sc_time& delay) {
  const Time now = tlm::now();
  sync(now);
  Flight flight;
  describe(flight, payload, socket, now + tlm::to_time(delay));
  if (flight.instruction) {
    instruct_blocking(payload, delay);
    return;
  }
  const bool data = move_bytes(payload);
  accounts_.accepted(payload, flight.useful);
  Time end = flight.visible;
  if (data && controller_ != nullptr) {
    // Its bytes and its answer come now; the channels still serve it among the others.
    DramTransfer transfer = transfer_of(flight);
    end = time_of(controller_->estimate(transfer).end_of_data) + params_.backend_latency;
    transfer.id = new_flight();
    transfer.payload = ++served_;
    flight.payload = nullptr;
    flight.posted = false;
    flights_[transfer.id] = flight;
    controller_->add(transfer);
    plan_sync();
  } else if (data) {
    end = flat_.serve(flight.bytes, flight.arrival).end;
    account(flight, flight.bytes, end);
    accounts_.answered(end - flight.arrival);
  }
  delay = tlm::to_sc_time(end - now);
}

unsigned Dram::transport_dbg(int, tlm::Payload& payload) {
  const std::uint64_t address = payload.get_address();
  if (address >= storage_.capacity()) {
    return 0;
  }
  const std::uint64_t bytes =
      std::min<std::uint64_t>(payload.get_data_length(), storage_.capacity() - address);
  const Span<std::uint8_t> data(payload.get_data_ptr(), bytes);
  if (payload.is_read()) {
    storage_.read(address, data);
  } else if (payload.is_write()) {
    storage_.write(address, data);
  }
  return static_cast<unsigned>(bytes);
}

bool Dram::get_direct_mem_ptr(int, tlm::Payload& payload, ::tlm::tlm_dmi& dmi) {
  const std::uint64_t address = payload.get_address();
  if (address >= storage_.capacity()) {
    return false;
  }
  const std::uint64_t start = address - address % Storage::page_bytes;
  dmi.init();
  dmi.set_dmi_ptr(storage_.page(address));
  dmi.set_start_address(start);
  dmi.set_end_address(std::min(start + Storage::page_bytes, storage_.capacity()) - 1);
  dmi.allow_read_write();
  return true;
}

void Dram::settle() {
  sync(tlm::now());
  if (controller_ != nullptr) {
    accounts_.update(controller_->counts(tlm::now().value() / clock_ps_), tlm::now());
    if (trace_) {
      write_trace();
    }
  }
}

void Dram::summarise(Summary& summary) const {
  if (trace_) {
    trace_->finish();
  }
  accounts_.summarise(summary);
}

}  // namespace lacuna::memory
