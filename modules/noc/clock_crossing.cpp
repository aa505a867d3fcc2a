// SPDX-License-Identifier: Apache-2.0
#include "noc/clock_crossing.h"

#include <algorithm>

#include <fmt/format.h>

#include "tlm/time.h"

namespace lacuna::noc {

namespace {

Time edge_at_or_after(Time time, Time period) {
  const std::int64_t clocks = (time.value() + period.value() - 1) / period.value();
  return Time(clocks * period.value());
}

void notify_at(sc_core::sc_event& event, Time time) {
  event.notify(tlm::to_sc_time(std::max(time, tlm::now()) - tlm::now()));
}

}  // namespace

AsynchronousFifo::AsynchronousFifo(Time write_period, Time read_period, std::uint32_t stages,
                                   std::uint32_t depth)
    : write_period_(write_period),
      read_period_(read_period),
      latency_(read_period.value() * stages) {
  const std::int64_t round =
      (write_period.value() + read_period.value()) * (std::int64_t{stages} + 1);
  interval_ = std::max({write_period, read_period, Time((round + depth - 1) / depth)});
}

AsynchronousFifo::Passage AsynchronousFifo::pass(Time when, std::uint64_t words) {
  const auto stream = Time(interval_.value() * static_cast<std::int64_t>(words - 1));
  const Time first_write = edge_at_or_after(std::max(when, next_write_), write_period_);
  const Time written = edge_at_or_after(first_write + stream, write_period_) + write_period_;
  const Time first_read =
      edge_at_or_after(std::max(first_write + write_period_ + latency_, next_read_), read_period_);
  const Time last_arrives = edge_at_or_after(written + latency_, read_period_);
  const Time read =
      std::max(edge_at_or_after(first_read + stream, read_period_), last_arrives) + read_period_;
  next_write_ =
      std::max(written, first_write + Time(interval_.value() * static_cast<std::int64_t>(words)));
  next_read_ = read;
  return {written, read};
}

ClockCrossing::ClockCrossing(const sc_core::sc_module_name& name, const ClockCrossingParams& params,
                             tlm::Surroundings& surroundings)
    : Component(name),
      target("target"),
      initiator("initiator"),
      params_(params),
      request_fifo_(params.target_clock.value_or(surroundings.clock).period(),
                    params.initiator_clock.value_or(surroundings.clock).period(), params.stages,
                    params.depth),
      response_fifo_(params.initiator_clock.value_or(surroundings.clock).period(),
                     params.target_clock.value_or(surroundings.clock).period(), params.stages,
                     params.depth),
      requests_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return initiator->nb_transport_fw(payload, phase, delay);
          },
          {[this](tlm::Payload&, const sc_core::sc_time&) { request_taken(); },
           [this](tlm::Payload& payload, const sc_core::sc_time& when, bool end_expected) {
             take_response(payload, tlm::to_time(when), end_expected);
           }}),
      responses_(
          [this](tlm::Payload& payload, ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
            return target->nb_transport_bw(payload, phase, delay);
          },
          [](tlm::Payload& payload, const sc_core::sc_time&) { payload.release(); }),
      request_words_(surroundings.statistics.add(std::string(this->name()) + ".request_words",
                                                 Measure::count, "words towards the target")),
      response_words_(surroundings.statistics.add(std::string(this->name()) + ".response_words",
                                                  Measure::count, "words back")) {
  SC_HAS_PROCESS(ClockCrossing);
  offer_target("target", target);
  offer_initiator("initiator", initiator);
  target.register_nb_transport_fw(this, &ClockCrossing::nb_transport_fw);
  target.register_b_transport(this, &ClockCrossing::b_transport);
  target.register_transport_dbg(this, &ClockCrossing::transport_dbg);
  target.register_get_direct_mem_ptr(this, &ClockCrossing::get_direct_mem_ptr);
  initiator.register_nb_transport_bw(this, &ClockCrossing::nb_transport_bw);
  initiator.register_invalidate_direct_mem_ptr(this, &ClockCrossing::invalidate_direct_mem_ptr);
  SC_METHOD(end_request);
  sensitive << end_request_due_;
  dont_initialize();
  SC_METHOD(deliver_requests);
  sensitive << request_due_;
  dont_initialize();
  SC_METHOD(deliver_responses);
  sensitive << response_due_;
  dont_initialize();
}

std::uint64_t ClockCrossing::words(const tlm::Payload& payload, bool with_data) const {
  const std::uint64_t bytes = with_data ? payload.get_data_length() : 0;
  return 1 + (bytes + params_.width - 1) / params_.width;
}

::tlm::tlm_sync_enum ClockCrossing::nb_transport_fw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  if (phase == ::tlm::END_RESP) {
    responses_.end(payload, delay);
    return ::tlm::TLM_COMPLETED;
  }
  if (phase == ::tlm::BEGIN_REQ) {
    payload.acquire();
    take_request(payload, tlm::now() + tlm::to_time(delay));
  }
  return ::tlm::TLM_ACCEPTED;
}

::tlm::tlm_sync_enum ClockCrossing::nb_transport_bw(tlm::Payload& payload, ::tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  return requests_.backward(payload, phase, delay);
}

void ClockCrossing::take_request(tlm::Payload& payload, Time when) {
  if (under_way_ == params_.requests) {
    refused_ = &payload;
    return;
  }
  admit(payload, when);
}

void ClockCrossing::admit(tlm::Payload& payload, Time when) {
  ++under_way_;
  const std::uint64_t count = words(payload, payload.is_write());
  const AsynchronousFifo::Passage passage = request_fifo_.pass(when, count);
  request_words_ += count;
  crossing_requests_.push_back({&payload, passage.read});
  notify_at(request_due_, crossing_requests_.front().when);
  entering_ = Crossing{&payload, passage.written};
  notify_at(end_request_due_, passage.written);
}

void ClockCrossing::end_request() {
  if (!entering_ || entering_->when > tlm::now()) {
    return;
  }
  tlm::Payload& payload = *entering_->payload;
  entering_.reset();  // the source may make its next request from within
  ::tlm::tlm_phase phase = ::tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  target->nb_transport_bw(payload, phase, delay);
}

void ClockCrossing::request_taken() {
  --under_way_;
  if (refused_ != nullptr) {
    tlm::Payload& payload = *refused_;
    refused_ = nullptr;
    admit(payload, tlm::now());
  }
}

void ClockCrossing::deliver_requests() {
  while (!crossing_requests_.empty() && crossing_requests_.front().when <= tlm::now()) {
    tlm::Payload& payload = *crossing_requests_.front().payload;
    crossing_requests_.pop_front();
    requests_.send(payload);
  }
  if (!crossing_requests_.empty()) {
    notify_at(request_due_, crossing_requests_.front().when);
  }
}

void ClockCrossing::take_response(tlm::Payload& payload, Time when, bool end_expected) {
  const std::uint64_t count = words(payload, payload.is_read() && payload.is_response_ok());
  const AsynchronousFifo::Passage passage = response_fifo_.pass(when, count);
  response_words_ += count;
  if (end_expected) {
    requests_.end_response(payload);
  }
  if (tlm::PayloadInfo* info = tlm::info_of(payload)) {
    // A link behind may not move beats that are still in the FIFO.
    info->first_beat = sc_core::SC_ZERO_TIME;
  }
  crossing_responses_.push_back({&payload, passage.read});
  notify_at(response_due_, crossing_responses_.front().when);
}

void ClockCrossing::deliver_responses() {
  while (!crossing_responses_.empty() && crossing_responses_.front().when <= tlm::now()) {
    tlm::Payload& payload = *crossing_responses_.front().payload;
    crossing_responses_.pop_front();
    responses_.send(payload);
  }
  if (!crossing_responses_.empty()) {
    notify_at(response_due_, crossing_responses_.front().when);
  }
}

void ClockCrossing::b_transport(tlm::Payload& payload, sc_core::sc_time& delay) {
  const Time out = tlm::now() + tlm::to_time(delay);
  const AsynchronousFifo::Passage there =
      request_fifo_.pass(out, words(payload, payload.is_write()));
  delay = tlm::to_sc_time(there.read - tlm::now());
  initiator->b_transport(payload, delay);
  const AsynchronousFifo::Passage back =
      response_fifo_.pass(tlm::now() + tlm::to_time(delay),
                          words(payload, payload.is_read() && payload.is_response_ok()));
  delay = tlm::to_sc_time(back.read - tlm::now());
  request_words_ += words(payload, payload.is_write());
  response_words_ += words(payload, payload.is_read() && payload.is_response_ok());
}

unsigned ClockCrossing::transport_dbg(tlm::Payload& payload) {
  return initiator->transport_dbg(payload);
}

bool ClockCrossing::get_direct_mem_ptr(tlm::Payload& payload, ::tlm::tlm_dmi& dmi) {
  return initiator->get_direct_mem_ptr(payload, dmi);
}

void ClockCrossing::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  target->invalidate_direct_mem_ptr(start, end);
}

std::string ClockCrossing::waiting_for() const {
  if (const tlm::Payload* payload = requests_.blocked()) {
    return fmt::format("the other side to accept the request of {}", tlm::requester_of(*payload));
  }
  if (const tlm::Payload* payload = responses_.blocked()) {
    return fmt::format("{} to take the response for address {:#x}", tlm::requester_of(*payload),
                       payload->get_address());
  }
  return {};
}

tlm::ModuleType clock_crossing_type() {
  tlm::ModuleType type = tlm::module_type<ClockCrossingParams, ClockCrossing>(
      "clock_crossing", "bridge between two clock domains: two asynchronous FIFOs");
  type.ports = {{"target", "target", "one initiator of the one domain"},
                {"initiator", "initiator", "one target of the other domain"}};
  type.counters = {{"request_words", Measure::count, "words towards the target"},
                   {"response_words", Measure::count, "words back"}};
  return type;
}

}  // namespace lacuna::noc
