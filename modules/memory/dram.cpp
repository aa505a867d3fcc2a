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

constexpr Time never{std::numeric_limits<std::int64_t>::max()};

}  // namespace

Dram::Dram(const sc_core::sc_module_name& name, const DramParams& params, const DramDevice& device,
           tlm::Surroundings& surroundings)
    : Component(name),
      memory("memory"),
      params_(params),
      device_(device),
      storage_(device.organisation.rank_bytes() * params.ranks * params.channels),
      accounts_(this->name(), params, device, surroundings),
      watchdog_(surroundings.watchdog),
      clock_ps_(device.timing.clock_ps),
      least_access_(std::min(device.timing.CL, device.timing.CWL) + device.timing.burst),
      posts_writes_(params.posts_writes()),
      accept_at_(never),
      sync_at_(never) {
  if (params.model == DramModel::timed) {
    controller_ = std::make_unique<DramController>(device, params.channels, params.ranks,
                                                   params.address_map, params);
    frontend_clocks_ = (params.frontend_latency.value() + clock_ps_ - 1) / clock_ps_;
    if (!params.command_trace.empty()) {
      begin_trace(params.command_trace);
    }
  } else if (params.model == DramModel::flat) {
    flat_ = FlatDram(params.bandwidth, params.latency);
  }
  storage_.attach(surroundings.faults,
                  surroundings.faults.add_storage(this->name(), storage_.capacity()));
  offer_target("memory", memory);
  make_rank_ports();
  offer_rank_instructions();
  memory.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  memory.register_b_transport(this, &Dram::b_transport);
  memory.register_transport_dbg(this, &Dram::transport_dbg);
  memory.register_get_direct_mem_ptr(this, &Dram::get_direct_mem_ptr);

  SC_HAS_PROCESS(Dram);
  SC_METHOD(wake);
  sensitive << wake_event_;
  dont_initialize();
}

void Dram::end_of_elaboration() {
  check_priorities();
  for (int socket = 0; socket < static_cast<int>(memory.size()); ++socket) {
    responses_.push_back(std::make_unique<tlm::ResponseSender>(
        [this, socket](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
          return memory[socket]->nb_transport_bw(payload, phase, delay);
        },
        [this, socket](tlm::Payload& payload, const sc_core::sc_time&) {
          response_ended(payload, socket);
        }));
  }
}

::tlm::tlm_sync_enum Dram::nb_transport_fw(int socket, tlm::Payload& payload,
                                           ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == ::tlm::END_RESP) {
    responses_of(socket).end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  if (phase != ::tlm::BEGIN_REQ) {
    return ::tlm::TLM_ACCEPTED;
  }
  const Time now = tlm::now();
  payload.acquire();
  const std::uint32_t index = new_flight();
  Flight& flight = flights_[index];
  describe(flight, payload, socket, now + tlm::to_time(delay));
  if (socket < 0) {
    RankPort& port = *rank_ports_[rank_of_socket(socket)];
    if (port.accepted >= params_.queue_depth) {
      port.refused = index;
      return ::tlm::TLM_ACCEPTED;
    }
    ++port.accepted;
    expect(index);
    phase = ::tlm::END_REQ;
    return ::tlm::TLM_UPDATED;
  }
  if (!room_for_every_socket()) {
    sync(now);  // slots may have become free that nobody has asked for
  }
  if (!room_for_every_socket()) {
    refused_.push_back(index);
    if (accepted_ < params_.queue_depth) {
      accept_at_ = std::min(accept_at_, flight.visible);
      wake_at(accept_at_);
    } else {
      plan_sync();  // now somebody waits for a slot
    }
    return ::tlm::TLM_ACCEPTED;
  }
  ++accepted_;
  expect(index);
  phase = ::tlm::END_REQ;
  return ::tlm::TLM_UPDATED;
}

void Dram::expect(std::uint32_t index) {
  arrivals_.push_back(index);
  const Flight& flight = flights_[index];
  const Time least = flight.visible + (answers_at_once(flight) ? Time(0) : time_of(least_access_));
  if (least < sync_at_) {
    sync_at_ = std::min(sync_at_, first_end(flight, first_visible()));
    wake_at(sync_at_);
  }
}

Clock Dram::first_visible() const {
  Clock first = DramChannel::never;
  for (const std::uint32_t index : arrivals_) {
    first = std::min(first, flights_[index].clock);
  }
  return first + frontend_clocks_;
}

bool Dram::answers_at_once(const Flight& flight) const {
  return controller_ == nullptr || flight.posted || flight.instruction ||
         flight.payload->is_response_error() ||
         flight.payload->get_command() == ::tlm::TLM_IGNORE_COMMAND;
}

Time Dram::first_end(const Flight& flight, Clock others) const {
  if (answers_at_once(flight)) {
    return flight.visible;
  }
  const Clock end = controller_->earliest_end(transfer_of(flight), flight.start, others);
  return time_of(end) + params_.backend_latency;
}

bool Dram::room_for_every_socket() const {
  // A request is accepted within its own call only where every other initiator's would be too, and
  // slots freed at this moment do not count yet: otherwise the order of processes would decide who
  // gets the last one.
  const std::uint32_t freed = freed_at_ == tlm::now() ? freed_ : 0;
  return accepted_ + freed + refused_.size() + responses_.size() <= params_.queue_depth;
}

void Dram::wake_at(Time time) {
  // While wake() runs, it plans the next one itself, at its end.
  if (awake_ || (wake_at_ >= Time(0) && wake_at_ <= time) || time == never) {
    return;
  }
  wake_at_ = time;
  wake_event_.notify(tlm::to_sc_time(std::max(time - tlm::now(), Time(0))));
}

void Dram::wake() {
  const Time now = tlm::now();
  wake_at_ = Time(-1);
  awake_ = true;
  if (now >= sync_at_ || !refused_.empty() || !knows_next(now)) {
    sync(now);
  }
  deliver(now);
  respond(now);
  accept_rank_requests();
  if (!refused_.empty() && accept_at_ <= now) {
    accept_refused();
  }
  awake_ = false;
  plan_wake();
}

bool Dram::knows_next(Time now) const {
  const auto next = std::find_if(completions_.begin(), completions_.end(),
                                 [now](const Completion& each) { return each.time > now; });
  return next != completions_.end() && next->time < sync_at_;
}

void Dram::plan_wake() {
  if (refused_.empty() && !completions_.empty() && completions_.front().time < sync_at_) {
    wake_at(completions_.front().time);
  } else {
    plan_sync();
  }
}

void Dram::plan_sync() {
  const Time known = completions_.empty() ? never : completions_.front().time;
  // A rank left alone is behind the others: what it has issued may not be known yet.
  const Time least = rank_ports_.empty() && refused_.empty() ? least_sync() : Time(0);
  sync_at_ = known < least ? least : earliest_sync();
  wake_at(std::min(known, sync_at_));
}

Time Dram::least_sync() const {
  Time next = std::min(time_of(synced_ + 1 + least_access_), next_delivery());
  for (const std::uint32_t index : arrivals_) {
    if (answers_at_once(flights_[index])) {
      next = std::min(next, flights_[index].visible);
    }
  }
  return next;
}

Time Dram::earliest_sync() const {
  Time next = next_delivery();
  const Clock others = first_visible();
  for (const std::uint32_t index : arrivals_) {
    next = std::min(next, first_end(flights_[index], others));
  }
  if (controller_ != nullptr && !controller_->idle()) {
    const bool waiting = !refused_.empty();
    const Clock clock = responders_ != 0 || waiting
                            ? controller_->earliest_end(posts_writes_ && !waiting)
                            : controller_->earliest_drain();
    if (clock < DramChannel::never) {
      next = std::min(next, time_of(clock) + (waiting ? Time(0) : params_.backend_latency));
    }
  }
  if (!refused_.empty()) {
    next = std::min(next, accept_at_);
    if (!slots_.empty()) {
      next = std::min(next, edge_after(slots_.top()));
    }
  }
  return next;
}

void Dram::sort(std::vector<std::uint32_t>& flights) const {
  if (flights.size() < 2) {
    return;
  }
  std::sort(flights.begin(), flights.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Flight& x = flights_[a];
    const Flight& y = flights_[b];
    return std::tie(x.visible, x.priority, *x.requester, x.socket, x.order) <
           std::tie(y.visible, y.priority, *y.requester, y.socket, y.order);
  });
}

void Dram::accept_refused() {
  const Time now = tlm::now();
  accept_at_ = never;
  sort(refused_);
  std::vector<std::uint32_t> accepted;
  std::vector<std::uint32_t> later;
  for (const std::uint32_t index : refused_) {
    Flight& flight = flights_[index];
    if (flight.visible > now) {
      later.push_back(index);
      accept_at_ = std::min(accept_at_, accepted_ < params_.queue_depth ? flight.visible : never);
    } else if (accepted_ >= params_.queue_depth) {
      later.push_back(index);
    } else {
      ++accepted_;
      flight.arrival = now;  // until here it was its initiator's
      show(flight, now);
      accepted.push_back(index);
      expect(index);
    }
  }
  refused_.swap(later);
  // Last, as an initiator may make its next request from within.
  for (const std::uint32_t index : accepted) {
    tlm::Payload& payload = *flights_[index].payload;
    ::tlm::tlm_phase phase = ::tlm::END_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    memory[flights_[index].socket]->nb_transport_bw(payload, phase, delay);
  }
}

void Dram::respond(Time now) {
  while (!completions_.empty() && completions_.front().time <= now) {
    const Completion done = completions_.front();
    completions_.pop_front();
    watchdog_.progress();
    responses_of(done.socket).send(*done.payload);
  }
}

void Dram::response_ended(tlm::Payload& payload, int socket) {
  if (socket < 0) {
    RankPort& port = *rank_ports_[rank_of_socket(socket)];
    --port.accepted;
    if (port.refused) {
      wake_at(tlm::now());
    }
    payload.release();
    return;
  }
  // The slot of a posted write is free when its data are in the device.
  if (!(posts_writes_ && payload.is_write() && payload.is_response_ok())) {
    free_slot(tlm::now());
    if (!refused_.empty()) {
      wake_at(accept_at_);
    }
  }
  payload.release();
}

void Dram::free_slot(Time at) {
  if (at >= freed_at_) {  // else it has been free for a while, only nobody knew
    freed_ = freed_at_ == at ? freed_ + 1 : 1;
    freed_at_ = at;
  }
  --accepted_;
  accept_at_ = refused_.empty() ? never : std::min(accept_at_, edge_after(at));
}

void Dram::reap_slots(Time now) {
  while (!slots_.empty() && slots_.top() <= now) {
    free_slot(slots_.top());
    slots_.pop();
  }
}

std::string Dram::waiting_for() const {
  std::string result;
  const auto add = [&](const tlm::ResponseSender& sender) {
    if (const tlm::Payload* payload = sender.blocked()) {
      result +=
          fmt::format("{}{} to take the response for address {:#x}", result.empty() ? "" : ", ",
                      tlm::requester_of(*payload), payload->get_address());
    }
  };
  for (const auto& sender : responses_) {
    add(*sender);
  }
  for (const auto& port : rank_ports_) {
    add(*port->responses);
  }
  return result;
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
