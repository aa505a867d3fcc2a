// SPDX-License-Identifier: Apache-2.0
#include "memory/dram.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "tlm/time.h"
#include "tlm/watchdog.h"

namespace lacuna::memory {

namespace {

std::unique_ptr<DramServer> make_server(const DramParams& params, const DramDevice& device) {
  switch (params.model) {
    case DramModel::ideal:
      return std::make_unique<IdealDram>();
    case DramModel::flat:
      return std::make_unique<FlatDram>(params.bandwidth, params.latency);
    case DramModel::timed:
      return std::make_unique<TimedDram>(device, params);
  }
  throw model_error("a DRAM model that nobody wrote");
}

void notify_at(sc_core::sc_event& event, Time time) {
  event.notify(tlm::to_sc_time(time - tlm::now()));
}

}  // namespace

Dram::Dram(const sc_core::sc_module_name& name, const DramParams& params, const DramDevice& device,
           tlm::Surroundings& surroundings)
    : Component(name),
      memory("memory"),
      params_(params),
      device_(device),
      storage_(device.organisation.rank_bytes() * params.ranks * params.channels),
      accounts_(this->name(), params, device, surroundings),
      server_(make_server(params, device)),
      timed_(dynamic_cast<TimedDram*>(server_.get())),
      scheduler_(make_dram_scheduler(DramScheduling::fcfs)),
      watchdog_(surroundings.watchdog) {
  storage_.attach(surroundings.faults,
                  surroundings.faults.add_storage(this->name(), storage_.capacity()));
  offer_target("memory", memory);
  memory.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  memory.register_b_transport(this, &Dram::b_transport);
  memory.register_transport_dbg(this, &Dram::transport_dbg);
  memory.register_get_direct_mem_ptr(this, &Dram::get_direct_mem_ptr);

  SC_HAS_PROCESS(Dram);
  SC_METHOD(take_arrivals);
  sensitive << arrivals_visible_;
  dont_initialize();
  SC_METHOD(respond);
  sensitive << response_due_;
  dont_initialize();
}

void Dram::end_of_elaboration() {
  for (int socket = 0; socket < static_cast<int>(memory.size()); ++socket) {
    responses_.push_back(std::make_unique<tlm::ResponseSender>(
        [this, socket](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return memory[socket]->nb_transport_bw(payload, phase, delay);
        },
        [this](tlm::Payload& payload, const sc_core::sc_time&) { response_ended(payload); }));
  }
}

::tlm::tlm_sync_enum Dram::nb_transport_fw(int socket, tlm::Payload& payload,
                                           ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == ::tlm::END_RESP) {
    responses_[static_cast<std::size_t>(socket)]->end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  if (phase != ::tlm::BEGIN_REQ) {
    return ::tlm::TLM_ACCEPTED;
  }
  payload.acquire();
  Arrival arrival;
  arrival.request.address = payload.get_address();
  arrival.request.bytes = payload.get_data_length();
  arrival.request.write = payload.is_write();
  arrival.request.arrival = tlm::now() + tlm::to_time(delay);
  arrival.request.priority = tlm::priority_of(payload);
  arrival.request.requester = &tlm::requester_of(payload);
  arrival.request.payload = &payload;
  arrival.request.socket = socket;
  arrival.visible = server_->service_time(arrival.request.arrival);
  arrival.order = arrived_++;
  arrival.accepted = room_for_every_socket();
  ++(arrival.accepted ? accepted_ : unaccepted_);
  arrivals_.push_back(arrival);
  notify_at(arrivals_visible_, arrival.visible);
  if (!arrival.accepted) {
    return ::tlm::TLM_ACCEPTED;
  }
  phase = ::tlm::END_REQ;
  return ::tlm::TLM_UPDATED;
}

bool Dram::room_for_every_socket() const {
  // A request is accepted within its own call only where every other initiator's would be too, and
  // slots freed at this moment do not count yet: otherwise the order of processes would decide who
  // gets the last one.
  const std::uint32_t freed = freed_at_ == tlm::now() ? freed_ : 0;
  return accepted_ + freed + unaccepted_ + responses_.size() <= params_.queue_depth;
}

void Dram::take_arrivals() {
  const Time now = tlm::now();
  server_->advance(now);
  std::sort(arrivals_.begin(), arrivals_.end(), [](const Arrival& a, const Arrival& b) {
    const DramRequest& x = a.request;
    const DramRequest& y = b.request;
    return std::tie(a.visible, x.priority, *x.requester, x.socket, a.order) <
           std::tie(b.visible, y.priority, *y.requester, y.socket, b.order);
  });
  later_.clear();
  accepted_now_.clear();
  for (Arrival& arrival : arrivals_) {
    const bool slot = arrival.accepted || accepted_ < params_.queue_depth;
    if (arrival.visible > now || !slot) {
      later_.push_back(arrival);
      continue;
    }
    if (!arrival.accepted) {
      ++accepted_;
      --unaccepted_;
      arrival.request.arrival = now;  // until here it was its initiator's
      accepted_now_.push_back(arrival.request);
    }
    waiting_.push_back(arrival.request);
  }
  arrivals_.swap(later_);
  for (const Arrival& arrival : arrivals_) {
    if (arrival.visible > now) {
      notify_at(arrivals_visible_, arrival.visible);
      break;
    }
  }
  while (!waiting_.empty()) {
    const std::size_t choice = scheduler_->choose(waiting_);
    const DramRequest request = waiting_[choice];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(choice));
    schedule(request);
  }
  if (timed_ != nullptr) {
    accounts_.update(timed_->controller().counts());
  }
  // Last, as an initiator may make its next request from within.
  for (const DramRequest& request : accepted_now_) {
    ::tlm::tlm_phase phase = ::tlm::END_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    memory[request.socket]->nb_transport_bw(*request.payload, phase, delay);
  }
}

void Dram::schedule(const DramRequest& request) {
  tlm::Payload& payload = *request.payload;
  const ServiceTimes times = access(payload, request.arrival);
  if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
    info->first_beat = tlm::to_sc_time(times.first_data);
  }
  completions_.push({times.response, scheduled_++, &payload, request.socket});
  notify_at(response_due_, completions_.top().time);
}

ServiceTimes Dram::access(tlm::Payload& payload, Time arrival) {
  ServiceTimes times{arrival, std::max(arrival, tlm::now()), 0};
  payload.set_response_status(move_bytes(payload));
  if (payload.is_response_ok() && payload.get_command() != ::tlm::TLM_IGNORE_COMMAND) {
    times = server_->serve(payload.get_address(), payload.get_data_length(), payload.is_write(),
                           arrival);
    payload.set_dmi_allowed(true);
  }
  accounts_.add(payload, times.bus_bytes, times.response - arrival);
  return times;
}

::tlm::tlm_response_status Dram::move_bytes(tlm::Payload& payload) {
  if (payload.get_command() == ::tlm::TLM_IGNORE_COMMAND) {
    return ::tlm::TLM_OK_RESPONSE;
  }
  const std::uint64_t address = payload.get_address();
  const Span<std::uint8_t> data(payload.get_data_ptr(), payload.get_data_length());
  if (!storage_.contains(address, data.size())) {
    return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
  }
  if (data.empty() || payload.get_streaming_width() < data.size()) {
    return ::tlm::TLM_BURST_ERROR_RESPONSE;
  }
  const Span<const std::uint8_t> enables(payload.get_byte_enable_ptr(),
                                         payload.get_byte_enable_length());
  const bool all = enables.data() == nullptr || enables.empty();
  if (payload.is_read()) {
    all ? storage_.read(address, data) : storage_.read(address, data, enables);
  } else {
    all ? storage_.write(address, data) : storage_.write(address, data, enables);
  }
  return ::tlm::TLM_OK_RESPONSE;
}

void Dram::respond() {
  const Time now = tlm::now();
  while (!completions_.empty() && completions_.top().time <= now) {
    const Completion done = completions_.top();
    completions_.pop();
    watchdog_.progress();
    responses_[static_cast<std::size_t>(done.socket)]->send(*done.payload);
  }
  if (!completions_.empty()) {
    notify_at(response_due_, completions_.top().time);
  }
}

void Dram::response_ended(tlm::Payload& payload) {
  const Time now = tlm::now();
  freed_ = freed_at_ == now ? freed_ + 1 : 1;
  freed_at_ = now;
  --accepted_;
  if (unaccepted_ != 0) {
    notify_at(arrivals_visible_, server_->service_time(now));
  }
  payload.release();
}

void Dram::b_transport(int, tlm::Payload& payload, sc_core::sc_time& delay) {
  server_->advance(tlm::now());
  const ServiceTimes times = access(payload, tlm::now() + tlm::to_time(delay));
  if (timed_ != nullptr) {
    accounts_.update(timed_->controller().counts());
  }
  delay = tlm::to_sc_time(times.response - tlm::now());
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

std::string Dram::waiting_for() const {
  std::string result;
  for (const auto& sender : responses_) {
    if (const tlm::Payload* payload = sender->blocked()) {
      result +=
          fmt::format("{}{} to take the response for address {:#x}", result.empty() ? "" : ", ",
                      tlm::requester_of(*payload), payload->get_address());
    }
  }
  return result;
}

void Dram::settle() {
  if (timed_ != nullptr) {
    server_->advance(tlm::now());
    accounts_.update(timed_->controller().counts());
  }
}

Bandwidth Dram::peak_bandwidth() const {
  if (params_.model == DramModel::flat) {
    return params_.bandwidth;
  }
  if (params_.model == DramModel::ideal) {
    return Bandwidth(std::numeric_limits<double>::max());
  }
  const double burst_ps = static_cast<double>(device_.timing.burst * device_.timing.clock_ps);
  return Bandwidth(device_.organisation.burst_bytes() * params_.channels / burst_ps * 1e12);
}

}  // namespace lacuna::memory
